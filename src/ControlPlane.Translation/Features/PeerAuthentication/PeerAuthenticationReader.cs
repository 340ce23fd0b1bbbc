using ControlPlane.Model.Collections;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using Proto = Istio.Security.V1Beta1.PeerAuthentication;

namespace ControlPlane.Translation.Features.PeerAuthentication;

/// <summary>Reads PeerAuthentication objects.</summary>
internal static class PeerAuthenticationReader
{
    private const string PortsWithoutSelector = "CP0111";

    public static Parsed<PeerAuthenticationPolicy> Read(ConfigObject source)
    {
        var problems = new List<Diagnostic>();
        if (SpecReader.Read<Proto>(source, problems) is not { } spec)
            return new(null, [.. problems]);
        var selector = LabelMap.From(spec.Selector?.MatchLabels);
        var ports = spec.PortLevelMtls.OrderBy(p => p.Key).Select(p => new PortMode((int)p.Key, Mode(p.Value))).ToEquatableArray();
        if (selector.IsEmpty && !ports.IsEmpty)
        {
            problems.Add(new Diagnostic(
                Severity.Warning, PortsWithoutSelector, source.Kind, source.Key, "spec.portLevelMtls", "port modes have no effect without a selector"));
        }

        return new(new PeerAuthenticationPolicy(source.Key, source.Meta.CreationTime, selector, Mode(spec.Mtls), ports), [.. problems]);
    }

    private static MutualTlsMode Mode(Proto.Types.MutualTLS? settings) => settings?.Mode switch
    {
        Proto.Types.MutualTLS.Types.Mode.Disable => MutualTlsMode.Disable,
        Proto.Types.MutualTLS.Types.Mode.Permissive => MutualTlsMode.Permissive,
        Proto.Types.MutualTLS.Types.Mode.Strict => MutualTlsMode.Strict,
        _ => MutualTlsMode.Unset,
    };
}
