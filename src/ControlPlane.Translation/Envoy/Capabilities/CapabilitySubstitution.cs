using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>
/// The last stage of translation: a filter that a proxy does not have is never sent, its substitute is. A pure function from
/// resource to resource per set of capabilities, so that no feature asks what a proxy can do.
/// </summary>
public static class CapabilitySubstitution
{
    /// <summary>The resource as a proxy with these capabilities takes it; the very same where nothing is to be replaced.</summary>
    public static EnvoyResource Apply(EnvoyResource resource, ProxyCapabilities capabilities) =>
        capabilities.Missing.IsEmpty && !capabilities.Agentless ? resource : CoreEnvoy.Substitute(resource, capabilities);
}
