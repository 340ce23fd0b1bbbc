using ControlPlane.Model.Collections;
using Istio.Type.V1Beta1;

namespace ControlPlane.Translation.Features.Selection;

/// <summary>
/// Which workloads a policy-like object concerns: those that its selector matches, or, for pods of a Kubernetes Gateway, those that
/// its target references name.
/// </summary>
/// <param name="Selector">Labels that a workload must have; empty for all of the object's scope.</param>
/// <param name="Gateways">Names of the Kubernetes Gateways that target references name, of the object's own namespace.</param>
/// <param name="HasTargets">Whether there are target references at all, of whatever kind.</param>
public sealed record PolicyTargets(LabelMap Selector, EquatableArray<string> Gateways, bool HasTargets)
{
    private const string GatewayNameLabel = "gateway.networking.k8s.io/gateway-name";
    private const string GatewayGroup = "gateway.networking.k8s.io";

    /// <summary>Whether the object speaks of its whole namespace (in the root namespace: the mesh).</summary>
    public bool IsNamespaceWide => Selector.IsEmpty && !HasTargets;

    /// <summary>Reads both forms; references to another namespace or another kind match nothing.</summary>
    public static PolicyTargets From(
        WorkloadSelector? selector, PolicyTargetReference? single, IEnumerable<PolicyTargetReference> several, string ownNamespace)
    {
        var all = several.ToList();
        if (all.Count == 0 && single is not null)
            all.Add(single);
        var gateways = all
            .Where(t => t.Group == GatewayGroup && t.Kind == "Gateway" && (t.Namespace.Length == 0 || t.Namespace == ownNamespace))
            .Select(t => t.Name);
        return new PolicyTargets(LabelMap.From(selector?.MatchLabels), gateways.ToEquatableArray(), all.Count > 0);
    }

    /// <summary>Whether a workload with these labels, in the object's namespace, is concerned.</summary>
    public bool Match(LabelMap labels)
    {
        if (!HasTargets)
            return Selector.IsSubsetOf(labels);
        return labels[GatewayNameLabel] is { } gateway && Gateways.Contains(gateway);
    }
}
