using ControlPlane.Translation.Simulation;

namespace ControlPlane.EndToEnd.Simulation;

/// <summary>A connection with the request in it, to be simulated and to be made.</summary>
internal sealed record Probe(SimulatedConnection Connection, SimulatedRequest? Request)
{
    public override string ToString() =>
        $"{Connection.Entry} {Connection.Content} to {Connection.Destination}"
        + (Connection.Tls is { } tls ? $" TLS '{tls.ServerName}' [{string.Join(',', tls.ApplicationProtocols)}]" : "")
        + (Request is { } r ? $" {r.Method} {r.Authority} {r.Path} {{{string.Join(", ", r.Headers.Select(h => $"{h.Key}: {h.Value}"))}}}" : "");
}
