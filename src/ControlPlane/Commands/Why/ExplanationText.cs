using System.Globalization;
using ControlPlane.Translation.Simulation;

namespace ControlPlane.Commands.Why;

/// <summary>Writes an explanation for people, a line per station.</summary>
internal static class ExplanationText
{
    /// <summary>Writes it.</summary>
    public static void Write(TextWriter output, RequestLine line, SimulatedConnection connection, string resolution, Explanation explanation)
    {
        var client = connection.Tls is { } tls ? $", TLS for '{tls.ServerName}'" : "";
        Line("request", line.IsHttp ? $"{line.Method} {line.Scheme}://{line.Authority}{line.Path}" : $"bytes to {line.Host}:{line.Port}");
        Line("connection", $"{NameOf(connection.Entry)}, from {connection.Source.Address} to {connection.Destination}{client}{(resolution.Length > 0 ? $" ({resolution})" : "")}");
        Line("listener", explanation.Listener);
        Line("filter chain", ChainOf(explanation));
        Line("filter", explanation.TerminalFilter);
        Line("routes", explanation.RouteConfiguration);
        Line("virtual host", explanation.VirtualHost);
        if (explanation.RouteIndex is { } index)
        {
            Line("route", string.Create(CultureInfo.InvariantCulture, $"number {index}{(explanation.Route is { Length: > 0 } name ? $" '{name}'" : "")}"));
            Line("made of", explanation.RouteOrigin);
        }

        Line("outcome", OutcomeOf(explanation));
        if (explanation.ForwardedPath is not null)
            Line("goes on as", $"{explanation.ForwardedAuthority} {explanation.ForwardedPath}");
        foreach (var destination in explanation.Destinations)
            WriteDestination(output, destination);
        foreach (var note in explanation.Notes)
            Line("note", note);

        void Line(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                output.WriteLine($"{name,-13} {value}");
        }
    }

    /// <summary>How a connection comes in, in lower case.</summary>
    public static string NameOf(ConnectionEntry entry) => entry switch
    {
        ConnectionEntry.Inbound => "inbound",
        ConnectionEntry.Direct => "direct",
        _ => "outbound",
    };

    private static void WriteDestination(TextWriter output, SimulatedDestination destination)
    {
        var share = destination.Share < 1 ? string.Create(CultureInfo.InvariantCulture, $"{destination.Share * 100:0.##}% ") : "";
        output.WriteLine($"{"cluster",-13} {share}{destination.Cluster} ({destination.Discovery ?? "the proxy has no such cluster"})");
        foreach (var endpoint in destination.Endpoints)
        {
            var locality = endpoint.Locality.Length > 0 ? $", {endpoint.Locality}" : "";
            var priority = destination.Endpoints.Any(other => other.Priority != endpoint.Priority) || endpoint.Priority > 0
                ? string.Create(CultureInfo.InvariantCulture, $", priority {endpoint.Priority} with {endpoint.PriorityShare * 100:0.##}%")
                : "";
            output.WriteLine($"  {"endpoint",-11} {endpoint.Address}{locality}{priority}, {Describe(endpoint.Tls)}");
        }

        if (destination.Discovery is not null && destination.Endpoints.IsEmpty)
            output.WriteLine($"  {"endpoint",-11} none that can be chosen");
    }

    private static string ChainOf(Explanation explanation) => explanation.FilterChainIndex switch
    {
        null => "",
        -1 => $"default{Named(explanation)}",
        { } index => string.Create(CultureInfo.InvariantCulture, $"number {index}{Named(explanation)}{(explanation.TerminatesTls ? ", ends TLS" : "")}"),
    };

    private static string Named(Explanation explanation) => explanation.FilterChain is { Length: > 0 } name ? $" '{name}'" : "";

    private static string OutcomeOf(Explanation explanation) => explanation.Outcome switch
    {
        ExplanationOutcome.Forwarded => "forwarded: " + explanation.Reason,
        ExplanationOutcome.Redirected => $"redirected with {explanation.Status} to {explanation.Location}: {explanation.Reason}",
        ExplanationOutcome.Answered => $"answered with {explanation.Status}: {explanation.Reason}",
        ExplanationOutcome.Refused => $"refused{(explanation.Status > 0 ? $" with {explanation.Status}" : "")}: {explanation.Reason}",
        ExplanationOutcome.NotRouted => $"not forwarded{(explanation.Status > 0 ? $", answered with {explanation.Status}" : "")}: {explanation.Reason}",
        _ => "not accepted: " + explanation.Reason,
    };

    private static string Describe(SimulatedUpstreamTls tls)
    {
        var name = tls.ServerName.Length > 0 ? $" with server name {tls.ServerName}" : "";
        return tls.Mode switch
        {
            SimulatedTlsMode.Simple => "TLS" + name,
            SimulatedTlsMode.Mutual => "mutual TLS" + name,
            SimulatedTlsMode.IstioMutual => "mutual TLS of the mesh" + name,
            _ => "no TLS",
        };
    }
}
