using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources.Nodes;

/// <summary>Nodes: labels and external addresses.</summary>
internal sealed class NodeAdapter() : ResourceAdapter<Node>(
    new ResourceKind("", ["v1"], "Node", "nodes", Namespaced: false, Tables.Nodes), Tables.Nodes)
{
    protected override Node Read(Fields root, ObjectMeta meta, string apiVersion)
    {
        var external = new List<string>();
        foreach (var address in root.Object("status").Objects("addresses"))
        {
            if (address.Text("type") == "ExternalIP" && address.Text("address") is { Length: > 0 } text)
                external.Add(text);
        }

        return new Node { Meta = meta, ExternalIps = external.ToEquatableArray(), KubeletVersion = root.Object("status").Object("nodeInfo").Text("kubeletVersion") ?? "" };
    }
}
