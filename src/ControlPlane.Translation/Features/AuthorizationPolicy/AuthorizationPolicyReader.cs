using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.Selection;
using ControlPlane.Translation.Features.Validation;
using Proto = Istio.Security.V1Beta1.AuthorizationPolicy;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>
/// Reads AuthorizationPolicy objects. Other than objects of other kinds, one with a fault stays in force as far as it can be read: to ignore it would
/// open what it closes.
/// </summary>
internal static class AuthorizationPolicyReader
{
    private const string DryRunAnnotation = "istio.io/dry-run";
    private const string DryRunField = "metadata.annotations[istio.io/dry-run]";

    // What Go's ParseBool takes.
    private static readonly string[] True = ["1", "t", "T", "true", "TRUE", "True"], False = ["0", "f", "F", "false", "FALSE", "False"];

    public static Parsed<AuthorizationPolicySpec> Read(ConfigObject source)
    {
        var problems = new Problems(source);
        if (SpecReader.Read<Proto>(source, problems.Items) is not { } policy)
            return new(null, problems.Items.ToEquatableArray());
        TargetRules.Check(policy.Selector, policy.TargetRef, policy.TargetRefs, problems);
        AuthorizationPolicyRules.Check(policy, problems);
        var dryRun = IsDryRun(source.Meta.Annotations, policy.Action, problems);
        var rules = policy.Rules.Select((r, i) => new AuthorizationRule(r.Freeze(), AuthorizationPolicyRules.CheckRule(policy, i, problems))).ToEquatableArray();
        var spec = new AuthorizationPolicySpec
        {
            Key = source.Key,
            CreationTime = source.Meta.CreationTime,
            Targets = PolicyTargets.From(policy.Selector, policy.TargetRef, policy.TargetRefs, source.Meta.Namespace),
            Action = policy.Action,
            Provider = policy.Provider?.Name ?? "",
            DryRun = dryRun,
            Rules = rules,
        };
        return new(spec, problems.Items.ToEquatableArray());
    }

    private static bool IsDryRun(LabelMap annotations, Proto.Types.Action action, Problems problems)
    {
        if (annotations[DryRunAnnotation] is not { } text)
            return false;
        if (action is not (Proto.Types.Action.Allow or Proto.Types.Action.Deny))
            problems.Error(DryRunField, string.Create(CultureInfo.InvariantCulture, $"only the actions ALLOW and DENY can be tried without effect, not {AuthorizationPolicyRules.NameOf(action)}"));
        else if (!True.Contains(text) && !False.Contains(text))
            problems.Error(DryRunField, $"true or false is required, found \"{text}\"; the policy is enforced");
        return True.Contains(text);
    }
}
