namespace ControlPlane.Kubernetes.Writers.Events;

/// <summary>The object that an event is about.</summary>
/// <param name="ApiVersion">Its apiVersion, such as v1 or networking.istio.io/v1.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Its namespace; "" for an object of the whole cluster, whose events stand in the namespace default.</param>
/// <param name="Name">Its name; of a pod that has none yet, the generateName with its dash.</param>
/// <param name="Uid">Its uid; "" where it is not known (kubectl describe then finds the event by the name).</param>
public sealed record EventRegarding(string ApiVersion, string Kind, string Namespace, string Name, string Uid = "");
