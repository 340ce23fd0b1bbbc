using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>What a stock Envoy, or one without Istio's agent beside it, gets in place of Istio's extensions and of the agent's services.</summary>
internal static class CoreEnvoy
{
    /// <summary>
    /// All substitutions, in the order in which they act. The statistics come before the filters that they stand behind are gone; nothing else
    /// depends on the order.
    /// </summary>
    private static readonly Substitution[] All =
    [
        new StatsSubstitution(),
        new MetadataExchangeSubstitution(),
        new PeerMetadataSubstitution(),
        new AlpnSubstitution(),
        new MySqlProxySubstitution(),
        new CryptoMbSubstitution(),
        new AgentSecretSubstitution(),
        new AgentWasmSubstitution(),
        new SubjectAltNameSubstitution(),
        new GrpcTimeoutSubstitution(),
    ];

    /// <summary>
    /// The resource as a proxy with these capabilities takes it. The given message is not written to: what it yields is a copy, or the given
    /// resource itself where no substitution looks at its type.
    /// </summary>
    public static EnvoyResource Substitute(EnvoyResource resource, ProxyCapabilities capabilities)
    {
        var active = Array.FindAll(All, substitution => substitution.AppliesTo(capabilities));
        if (active.Length > 0 && resource.Composition is { } composition)
            return resource with { Composition = composition.Edited(capabilities, message => ResourceWalk.Copy(message, active) ?? message) };
        return active.Length == 0 || ResourceWalk.Copy(resource.Message, active) is not { } copy ? resource : resource with { Message = copy };
    }
}
