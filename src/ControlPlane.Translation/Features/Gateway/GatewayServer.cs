using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;
using TlsMode = Istio.Networking.V1Alpha3.ServerTLSSettings.Types.TLSmode;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>A server of a Gateway: a port, and the hosts that it serves there.</summary>
public sealed record GatewayServer
{
    /// <summary>The Gateway that it belongs to.</summary>
    public required ObjectKey Gateway { get; init; }

    /// <summary>Port as written: that of the gateway's Service, or the one that the proxy listens on.</summary>
    public required int Port { get; init; }

    /// <summary>Name of the port.</summary>
    public string PortName { get; init; } = "";

    /// <summary>Protocol as written. Servers that write it differently don't share what Istio keeps per port and protocol.</summary>
    public string ProtocolText { get; init; } = "";

    /// <summary>Protocol.</summary>
    public Protocol Protocol { get; init; }

    /// <summary>The hosts: <c>host</c>, or <c>namespace/host</c> for VirtualServices of that namespace alone. Never empty.</summary>
    public EquatableArray<string> Hosts { get; init; }

    /// <summary>Address or unix://path to listen on, "" for the wildcard.</summary>
    public string Bind { get; init; } = "";

    /// <summary>Name of the server, which names its statistics where it ends TLS; "" for none.</summary>
    public string Name { get; init; } = "";

    /// <summary>TLS settings, null for none.</summary>
    public Frozen<ServerTLSSettings>? Tls { get; init; }

    /// <summary>Name of the Gateway as VirtualServices write it: <c>namespace/name</c>.</summary>
    public string GatewayName => $"{Gateway.Namespace}/{Gateway.Name}";

    /// <summary>Whether TLS is handed through: the client's name in the handshake decides where to.</summary>
    public bool PassesTlsThrough => Tls?.Message.Mode is TlsMode.Passthrough or TlsMode.AutoPassthrough;

    /// <summary>Whether TLS is handed through to whatever cluster the client names.</summary>
    public bool PassesAnythingThrough => Tls?.Message.Mode == TlsMode.AutoPassthrough;

    /// <summary>Whether it ends TLS and routes the requests inside.</summary>
    public bool EndsHttps => Tls is not null && Protocol == Protocol.Https && !PassesTlsThrough;

    /// <summary>Whether it routes requests.</summary>
    public bool RoutesRequests => Protocol.IsHttp() || (Protocol == Protocol.Https && !PassesTlsThrough);

    /// <summary>Whether plain requests are sent to HTTPS.</summary>
    public bool RedirectsToHttps => Tls?.Message.HttpsRedirect ?? false;

    /// <summary>The hosts without namespaces, sorted, each once: what clients may name in a TLS handshake.</summary>
    public EquatableArray<string> ServerNames =>
        Hosts.Select(HostOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToEquatableArray();

    /// <summary>The hosts that VirtualServices of a namespace may claim.</summary>
    public IEnumerable<string> HostsFor(string @namespace) =>
        Hosts.Where(h => !h.Contains('/', StringComparison.Ordinal) || h.StartsWith(@namespace + "/", StringComparison.Ordinal)).Select(HostOf);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Gateway, Port, string.GetHashCode(PortName));

    private static string HostOf(string host) => host[(host.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
