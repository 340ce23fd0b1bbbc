using ControlPlane.Model.Objects;

namespace ControlPlane.Kubernetes.Resources.EndpointSlices;

/// <summary>Reads the reference from an endpoint to what stands behind it.</summary>
internal static class TargetReader
{
    /// <summary>The Pod that is named; null where something else is, or nothing.</summary>
    public static ObjectKey? Pod(Fields target, string ns)
    {
        if (!target.Exists || target.Text("kind") != "Pod")
            return null;
        return new ObjectKey(target.Text("namespace") is { Length: > 0 } own ? own : ns, target.Text("name"));
    }
}
