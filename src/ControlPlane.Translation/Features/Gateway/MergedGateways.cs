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
        if (proxy.Type != ProxyType.Router || reader.Get(Gateways.OfLabels, proxy.Labels) is not { IsEmpty: false } gateways)
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
    /// kubernetes-gateway://, if they are in that namespace too or their owner lets Gateways of it refer to them.
    /// </summary>
    public static Derivation<ProxyClass, EquatableArray<string>> OwnCredentials { get; } = new("GatewayCredentials", static (reader, proxy) =>
    {
        var from = new ReferenceSource(GatewayGroup, GatewayKind, proxy.Namespace);
        return reader.Get(Gateways.OfLabels, proxy.Labels)
            .Where(g => g.Key.Namespace == proxy.Namespace)
            .SelectMany(g => g.Servers)
            .SelectMany(s => Credentials(s.Tls?.Message))
            .Where(c => SecretNames.TryParse(c.Name, proxy.Namespace, out var secret)
                && (secret.Namespace == proxy.Namespace || ReferenceGrants.Allow(reader, from, "", "Secret", new ObjectKey(secret.Namespace, secret.Name))))
            .SelectMany(c => c.Mutual ? [c.Name, c.Name + SecretNames.RootsSuffix] : new[] { c.Name })
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ToEquatableArray();
    });

    /// <summary>The secrets that the Gateways of a class name, wherever these Gateways are, as resource names, sorted.</summary>
    public static Derivation<ProxyClass, EquatableArray<string>> ServedCredentials { get; } = new("GatewayServedCredentials", static (reader, proxy) =>
        reader.Get(Gateways.OfLabels, proxy.Labels)
            .SelectMany(g => g.Servers)
            .SelectMany(s => Credentials(s.Tls?.Message))
            .Select(c => c.Name)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ToEquatableArray());

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
