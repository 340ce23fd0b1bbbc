using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Views.Proxies;
using Istio.Mesh.V1Alpha1;

namespace ControlPlane.Translation.Views.Mesh;

/// <summary>
/// The proxy configuration that a proxy runs with: what it reports itself (which holds the whole of it since its injection), or the
/// mesh's default where it reports none.
/// </summary>
public static class ProxyConfigs
{
    private static readonly Derivation<Unit, Frozen<ProxyConfig>> Default = new(
        "DefaultProxyConfig", static (reader, _) => (reader.Get(MeshSettings.Current, Unit.Value).Config.DefaultConfig ?? new ProxyConfig()).Freeze());

    /// <summary>The configuration of a class. Not to be written to.</summary>
    public static ProxyConfig Of(IReader reader, ProxyClass proxy) => NodeProxyConfig.Of(reader, proxy) ?? reader.Get(Default, Unit.Value).Message;

    /// <summary>Its connection settings: its own, else those of the mesh's default.</summary>
    public static ProxyConfig.Types.ConnectionSettings? ConnectionSettingsOf(IReader reader, ProxyClass proxy) =>
        Of(reader, proxy).ConnectionSettings ?? reader.Get(Default, Unit.Value).Message.ConnectionSettings;
}
