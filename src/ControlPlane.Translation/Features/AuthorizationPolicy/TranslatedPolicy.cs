using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Views;
using Envoy.Config.Rbac.V3;
using PolicyAction = Istio.Security.V1Beta1.AuthorizationPolicy.Types.Action;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>An AuthorizationPolicy with its rules as Envoy's policies, once for all workloads that obey it.</summary>
/// <param name="Key">Namespace and name.</param>
/// <param name="Action">What happens to what a rule matches.</param>
/// <param name="Provider">CUSTOM: the extension provider.</param>
/// <param name="DryRun">Whether it is not enforced.</param>
/// <param name="IsEmpty">Whether it has no rules at all; it may also have lost them.</param>
/// <param name="Http">Its rules for requests.</param>
/// <param name="Tcp">Its rules for connections.</param>
internal sealed record TranslatedPolicy(
    ObjectKey Key, PolicyAction Action, string Provider, bool DryRun, bool IsEmpty, EquatableArray<TranslatedRule> Http, EquatableArray<TranslatedRule> Tcp)
{
    /// <summary>What names of policies begin with by which the external check knows that it is asked for.</summary>
    public const string ExternalPrefix = "istio-ext-authz-";

    /// <summary>A policy; null where there is none or it can't be read.</summary>
    public static Derivation<ObjectKey, TranslatedPolicy?> Of { get; } = new("AuthorizationPolicy.Translated", static (reader, key) =>
    {
        if (reader.Get(AuthorizationPolicies.Object, key).Spec is not { } policy)
            return null;
        var translation = new RuleTranslation(key.Namespace, reader.Get(TrustDomains.OfMesh, Unit.Value));
        return new TranslatedPolicy(
            key, policy.Action, policy.Provider, policy.DryRun, policy.Rules.IsEmpty, Rules(policy, translation, forTcp: false), Rules(policy, translation, forTcp: true));
    });

    /// <summary>The policies of Envoy for one filter, named as Istio names them.</summary>
    public IEnumerable<(string Name, Frozen<Policy> Policy)> Named(bool forTcp)
    {
        if (IsEmpty)
            return [(Name(0), RuleTranslation.Never().Freeze())];
        return (forTcp ? Tcp : Http).Select(r => (Name(r.Index), r.Policy));
    }

    private string Name(int rule)
    {
        var prefix = Action != PolicyAction.Custom ? "" : Provider.Length == 0 ? ExternalPrefix : $"{ExternalPrefix}{Provider}-";
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}ns[{Key.Namespace}]-policy[{Key.Name}]-rule[{rule}]");
    }

    private static EquatableArray<TranslatedRule> Rules(AuthorizationPolicySpec policy, RuleTranslation translation, bool forTcp)
    {
        // What allows must not grow by what is left out; what denies, may.
        var strict = policy.Action == PolicyAction.Allow;
        var result = new List<TranslatedRule>();
        for (var i = 0; i < policy.Rules.Count; i++)
        {
            var rule = policy.Rules[i];
            if ((rule.IsSound || !strict) && translation.Translate(rule.Conditions.Message, forTcp, strict) is { } translated)
                result.Add(new TranslatedRule(i, translated.Freeze()));
        }

        return result.ToEquatableArray();
    }
}
