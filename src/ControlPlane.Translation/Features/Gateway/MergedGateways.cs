using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.ReferenceGrant;
using ControlPlane.Translation.Views.Proxies;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>What the Gateways of a proxy come to together.</summary>
public static class MergedGateways
{
    private const string GatewayGroup = "gateway.networking.k8s.io";
    private const string GatewayKind = "Gateway";

    /// <summary>The joined Gateways of a class; without servers for one that is no gateway.</summary>
    public static Derivation<ProxyClass, MergedGateway> OfClass { get; } = new("MergedGateway", static (reader, proxy) =>
    {
        if (proxy.Type != ProxyType.Router || reader.Get(Gateways.OfClass, proxy) is not { IsEmpty: false } gateways)
            return MergedGateway.None;
        return new GatewayMerge(reader.Get(GatewayPorts.OfClass, proxy).Resolve).Merge(gateways);
    });

    /// <summary>The servers that share a route configuration, in order; empty where there is none of that name.</summary>
    public static Derivation<(ProxyClass Class, string Name), EquatableArray<GatewayServer>> OfRoute { get; } = new(
        "GatewayServersOfRoute",
        static (reader, key) => reader.Get(OfClass, key.Class).ServersOf(key.Name));

    /// <summary>Whether a class needs the clusters that clients of other networks name in their TLS handshake.</summary>
    public static Derivation<ProxyClass, bool> PassAnythingThrough { get; } = new(
        "GatewayPassesThrough", static (reader, proxy) => reader.Get(OfClass, proxy).PassesAnythingThrough);

    /// <summary>
    /// The secrets that Gateways of the proxy's own namespace name, as resource names, sorted: they may be asked for in the form
    /// kubernetes-gateway://, if they are in the namespace of what names them (a ListenerSet's own) or their owner lets it refer to them.
    /// </summary>
    public static Derivation<ProxyClass, EquatableArray<string>> OwnCredentials { get; } = new("GatewayCredentials", static (reader, proxy) =>
        reader.Get(Gateways.OfClass, proxy)
            .Where(g => (g.Service?.Namespace ?? g.Key.Namespace) == proxy.Namespace && (g.Service is null or { ServiceAccount: "" } || g.Service.ServiceAccount == proxy.ServiceAccount))
            .SelectMany(g => g.Servers.SelectMany(static s => Credentials(s.Tls?.Message)).Where(c => MayName(reader, g, c.Name)))
            .SelectMany(c => c.Mutual ? [c.Name, c.Name + SecretNames.RootsSuffix] : new[] { c.Name })
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ToEquatableArray());

    /// <summary>The secrets that the Gateways of a class name, wherever these Gateways are, as resource names, sorted.</summary>
    public static Derivation<ProxyClass, EquatableArray<string>> ServedCredentials { get; } = new("GatewayServedCredentials", static (reader, proxy) =>
        reader.Get(Gateways.OfClass, proxy)
            .SelectMany(g => g.Servers)
            .SelectMany(s => Credentials(s.Tls?.Message))
            .Select(c => c.Name)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ToEquatableArray());

    private static bool MayName(IReader reader, GatewaySpec gateway, string name)
    {
        var own = gateway.Key.Namespace;
        return SecretNames.TryParse(name, own, out var secret)
            && (secret.Namespace == own
                || ReferenceGrants.Allow(
                    reader, new ReferenceSource(GatewayGroup, gateway.Service?.Kind ?? GatewayKind, own), "", "Secret", new ObjectKey(secret.Namespace, secret.Name)));
    }

    /// <summary>The credentials of a server, and whether trust anchors go with them.</summary>
    private static IEnumerable<(string Name, bool Mutual)> Credentials(ServerTLSSettings? tls)
    {
        if (tls is null)
            yield break;
        var mutual = tls.Mode is ServerTLSSettings.Types.TLSmode.Mutual or ServerTLSSettings.Types.TLSmode.OptionalMutual;
        foreach (var name in tls.CredentialNames.Count > 0 ? tls.CredentialNames : [tls.CredentialName])
        {
            if (name.Length > 0)
                yield return (SecretNames.Resource(name), mutual);
        }

        if (tls.CaCertCredentialName.Length > 0)
            yield return (SecretNames.Resource(tls.CaCertCredentialName), false);
    }
}
