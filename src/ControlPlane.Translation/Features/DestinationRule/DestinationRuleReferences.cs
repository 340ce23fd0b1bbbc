using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Validation;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Features.DestinationRule;

/// <summary>Whether a DestinationRule is for any service.</summary>
internal static class DestinationRuleReferences
{
    private static readonly Derivation<string, bool> CoversAny = new(
        "DestinationRule.CoversAny", static (reader, host) => reader.Get(ServiceDirectory.All, Unit.Value).Any(s => HostNames.Overlap(host, s.Host)));

    public static void Check(IReader reader, ObjectKey key, References references)
    {
        if (reader.Get(DestinationRules.Object, key).Spec is not { } spec)
            return;
        // A service with a wildcard stands for hosts that rules may name one by one.
        var known = (!HostNames.IsWildcard(spec.Host) && reader.Get(ServiceDirectory.IsKnown, spec.Host)) || reader.Get(CoversAny, spec.Host);
        if (!known)
            references.Warn(References.HostWithoutService, "spec.host", $"no service has the host {spec.Host}: this rule has no effect");
    }
}
