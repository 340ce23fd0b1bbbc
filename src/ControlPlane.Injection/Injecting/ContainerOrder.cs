using System.Text.Json.Nodes;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Injecting;

/// <summary>Puts the proxy and its init containers where they belong.</summary>
internal static class ContainerOrder
{
    /// <summary>Orders a pod's containers.</summary>
    /// <param name="pod">The pod; is changed.</param>
    /// <param name="holds">Whether applications wait for the proxy: then it comes first.</param>
    public static void Apply(JsonObject pod, bool holds)
    {
        // Last, so that kubectl goes on taking the application's container where it is not told which.
        pod.Move(PodParts.Containers, ContainerNames.Proxy, first: holds);
        if (pod.Container(PodParts.InitContainers, ContainerNames.Proxy) is not null)
        {
            // A native sidecar: what follows it is in the mesh.
            foreach (var name in (string[])[ContainerNames.CoreDump, ContainerNames.Proxy, ContainerNames.Validation, ContainerNames.Init])
                pod.Move(PodParts.InitContainers, name, first: true);
            return;
        }

        // The check comes before anything of the user's; interception comes last, since other init containers have no proxy yet.
        pod.Move(PodParts.InitContainers, ContainerNames.Validation, first: true);
        pod.Move(PodParts.InitContainers, ContainerNames.Init, first: false);
        pod.Move(PodParts.InitContainers, ContainerNames.CoreDump, first: false);
    }
}
