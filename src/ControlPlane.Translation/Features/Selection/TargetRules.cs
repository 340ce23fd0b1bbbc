using ControlPlane.Translation.Features.Validation;
using Istio.Type.V1Beta1;

namespace ControlPlane.Translation.Features.Selection;

/// <summary>Which selectors and target references Istio accepts for policies.</summary>
internal static class TargetRules
{
    private const string Selector = "spec.selector.matchLabels";

    // Group and kind; those that only waypoints obey, which are not served here, are marked.
    private static readonly (string Group, string Kind, bool ForWaypoints)[] Allowed =
    [
        ("gateway.networking.k8s.io", "Gateway", false), ("gateway.networking.k8s.io", "GatewayClass", true), ("", "Service", true), ("core", "Service", true),
        ("networking.istio.io", "ServiceEntry", true),
    ];

    /// <summary>Notes what is wrong with the three fields by which a policy says whom it concerns.</summary>
    public static void Check(WorkloadSelector? selector, PolicyTargetReference? single, IReadOnlyList<PolicyTargetReference> several, Problems problems)
    {
        var given = (selector is null ? 0 : 1) + (single is null ? 0 : 1) + (several.Count == 0 ? 0 : 1);
        problems.Require(given <= 1, "spec", "only one of selector, targetRef and targetRefs may be set");
        if (selector is not null)
            CheckSelector(selector, problems);
        if (single is not null)
            CheckReference(single, "spec.targetRef", problems);
        for (var i = 0; i < several.Count; i++)
            CheckReference(several[i], $"spec.targetRefs[{i}]", problems);
    }

    private static void CheckSelector(WorkloadSelector selector, Problems problems)
    {
        foreach (var (key, value) in selector.MatchLabels)
        {
            problems.Require(key.Length > 0, Selector, "a label without a name matches nothing");
            problems.Require(!key.Contains('*', StringComparison.Ordinal) && !value.Contains('*', StringComparison.Ordinal), Selector, $"a selector takes no wildcards, found {key}={value}");
        }

        if (selector.MatchLabels.Count == 0)
            problems.Warn(Selector, "a selector without labels selects everything, as if it were absent");
    }

    private static void CheckReference(PolicyTargetReference reference, string path, Problems problems)
    {
        problems.Require(reference.Name.Length > 0, $"{path}.name", "a name is required");
        problems.Require(reference.Namespace.Length == 0, $"{path}.namespace", "a reference can't name a namespace: only the policy's own is looked at");
        var found = Array.Find(Allowed, a => a.Group == reference.Group && a.Kind == reference.Kind);
        if (found.Kind is null)
            problems.Error($"{path}.kind", $"a Gateway, GatewayClass, Service or ServiceEntry is required, found {reference.Group}/{reference.Kind}");
        else if (found.ForWaypoints)
            problems.Warn($"{path}.kind", $"policies for a {reference.Kind} are obeyed by waypoints alone, which are not supported: this reference has no effect");
    }
}
