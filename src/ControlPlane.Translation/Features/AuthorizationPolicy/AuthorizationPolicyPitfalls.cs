using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Features.Selection;
using ControlPlane.Translation.Features.Validation;
using ControlPlane.Translation.Views;
using PolicyAction = Istio.Security.V1Beta1.AuthorizationPolicy.Types.Action;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>Where an AuthorizationPolicy has not the effect that it seems to have, as other objects are now.</summary>
internal static class AuthorizationPolicyPitfalls
{
    private const string SelectorField = "spec.selector", ProviderField = "spec.provider.name";

    public static void Check(IReader reader, ObjectKey key, References found)
    {
        if (reader.Get(AuthorizationPolicies.Object, key).Spec is not { } policy)
            return;
        var root = reader.Get(PeerAuthentications.RootNamespace, Unit.Value);
        if (!policy.Targets.HasTargets && !policy.Targets.Selector.IsEmpty && !SelectsAny(reader, policy, root))
        {
            var where = key.Namespace == root ? "no pod of any namespace" : $"no pod or WorkloadEntry of namespace {key.Namespace}";
            found.Warn(References.NothingSelected, SelectorField, $"{where} has the labels {policy.Targets.Selector}: this object has no effect");
        }

        if (policy.Action == PolicyAction.Custom && policy.Provider.Length > 0)
            CheckProvider(reader, policy, root, found);
    }

    private static bool SelectsAny(IReader reader, AuthorizationPolicySpec policy, string root) =>
        reader.Get(SelectedPods.Any, (policy.Key.Namespace, policy.Targets.Selector))
        || (policy.Key.Namespace == root && !reader.Get(SelectedPods.Namespaces, policy.Targets.Selector).IsEmpty);

    private static void CheckProvider(IReader reader, AuthorizationPolicySpec policy, string root, References found)
    {
        if (reader.Get(ExternalAuthorizations.Of, policy.Provider) is { Check: null } lookup)
            found.Warn(AuthorizationCodes.UnusableProvider, ProviderField, $"provider {policy.Provider} can't be asked, {lookup.Fault}: what the rules match is denied");
        string[] namespaces = policy.Key.Namespace == root ? [root] : [policy.Key.Namespace, root];
        foreach (var other in namespaces.SelectMany(n => reader.Get(AuthorizationPolicies.OfNamespace, n)))
        {
            if (!Overlap(policy.Targets, other.Targets)
                || reader.Get(AuthorizationPolicies.Object, other.Key).Spec is not { Action: PolicyAction.Custom } rival || rival.Provider == policy.Provider)
                continue;
            found.Warn(
                AuthorizationCodes.SeveralProviders, ProviderField,
                $"AuthorizationPolicy {other.Key} names another provider, {rival.Provider}, for the same workloads; only one can be asked: what the rules of both match is denied there");
            return;
        }
    }

    /// <summary>Whether all workloads of one are also the other's.</summary>
    private static bool Overlap(PolicyTargets one, PolicyTargets other) =>
        !one.HasTargets && !other.HasTargets && (one.Selector.IsSubsetOf(other.Selector) || other.Selector.IsSubsetOf(one.Selector));
}
