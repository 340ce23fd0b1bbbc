using ControlPlane.Options;
using ControlPlane.Translation.Simulation;

namespace ControlPlane.Commands.Why;

/// <summary>What a user asked the command for.</summary>
/// <param name="Source">What is read.</param>
/// <param name="Node">File of the proxy's node.</param>
/// <param name="Line">What is sent.</param>
/// <param name="Entry">How it reaches the proxy; null for what is usual for the proxy.</param>
/// <param name="To">Address, perhaps with port, that is connected to; null for that of the URL.</param>
/// <param name="From">Address that connects; null for a usual one.</param>
/// <param name="Alpn">ALPN with commas; null for what is usual for the URL.</param>
/// <param name="Http2">Whether a request without TLS is HTTP/2.</param>
/// <param name="Principal">Whom the client's certificate of the mesh is for; null for a client without one.</param>
/// <param name="Json">Whether the answer is JSON.</param>
internal sealed record WhyRequest(
    SourceOptions Source, string Node, RequestLine Line, ConnectionEntry? Entry, string? To, string? From, string? Alpn, bool Http2, string? Principal, bool Json);
