using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>What a stock Envoy gets in place of Istio's extensions.</summary>
internal static class CoreEnvoy
{
    public static EnvoyResource Substitute(EnvoyResource resource, ProxyCapabilities capabilities) =>
        capabilities.Missing.IsEmpty ? resource : resource with { };
}
