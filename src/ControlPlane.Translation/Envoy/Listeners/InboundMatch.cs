using ControlPlane.Model.Collections;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>One way in which clients may speak to a port.</summary>
/// <param name="Alpn">Application protocols, one of which must fit; empty for any.</param>
/// <param name="Transport">tls or raw_buffer.</param>
/// <param name="Http">Whether requests are handled; else connections.</param>
/// <param name="Terminate">Whether mutual TLS ends here.</param>
public sealed record InboundMatch(EquatableArray<string> Alpn, string Transport, bool Http, bool Terminate)
{
    private const string Tls = "tls";
    private const string Plain = "raw_buffer";

    // What the mesh's own clients offer: for requests, for connections, for either.
    private static readonly EquatableArray<string> MeshHttp = ["istio-http/1.0", "istio-http/1.1", "istio-h2"];
    private static readonly EquatableArray<string> MeshTcp = ["istio-peer-exchange", "istio"];
    private static readonly EquatableArray<string> Mesh = ["istio", "istio-peer-exchange", "istio-http/1.0", "istio-http/1.1", "istio-h2"];

    // What detection finds in plain connections.
    private static readonly EquatableArray<string> DetectedHttp = ["http/1.1", "h2c"];

    private static readonly InboundMatch PlainHttp = new([], Plain, true, false);
    private static readonly InboundMatch PlainTcp = new([], Plain, false, false);
    private static readonly InboundMatch PlainDetected = new(DetectedHttp, Plain, true, false);

    // TLS of an application that does not know the mesh passes through.
    private static readonly InboundMatch ForeignTls = new([], Tls, false, false);

    /// <summary>The ways that a mode and protocol allow. What is neither HTTP nor detected, UDP too, counts as TCP.</summary>
    public static EquatableArray<InboundMatch> Of(MutualTlsMode mode, Protocol protocol) => (mode, Kind(protocol)) switch
    {
        (MutualTlsMode.Permissive, Protocol.Auto) =>
            [new(MeshHttp, Tls, true, true), PlainDetected, new(MeshTcp, Tls, false, true), PlainTcp, ForeignTls],
        (MutualTlsMode.Permissive, Protocol.Http) => [new(Mesh, Tls, true, true), PlainHttp],
        (MutualTlsMode.Permissive, _) => [new(Mesh, Tls, false, true), ForeignTls, PlainTcp],
        (MutualTlsMode.Strict, Protocol.Auto) => [new(MeshHttp, Tls, true, true), new([], Tls, false, true)],
        (MutualTlsMode.Strict, Protocol.Http) => [new([], Tls, true, true)],
        (MutualTlsMode.Strict, _) => [new([], Tls, false, true)],
        (_, Protocol.Auto) => [PlainDetected, PlainTcp],
        (_, Protocol.Http) => [PlainHttp],
        _ => [PlainTcp],
    };

    /// <summary>Whether the match needs to know if a plain connection is HTTP.</summary>
    public bool NeedsHttpInspector => Alpn.Any(a => a is "http/1.1" or "h2c");

    /// <summary>Whether the match needs to know if the connection is TLS.</summary>
    public bool NeedsTlsInspector => Transport == Tls;

    private static Protocol Kind(Protocol protocol) =>
        protocol == Protocol.Auto ? Protocol.Auto : protocol.IsHttp() ? Protocol.Http : Protocol.Tcp;
}
