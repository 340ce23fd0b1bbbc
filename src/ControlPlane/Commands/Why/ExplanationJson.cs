using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Translation.Simulation;

namespace ControlPlane.Commands.Why;

/// <summary>Writes an explanation for programs. Stations that are not reached are absent.</summary>
internal static class ExplanationJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes it.</summary>
    public static void Write(TextWriter output, SimulatedConnection connection, string resolution, Explanation explanation)
    {
        var result = new JsonObject
        {
            ["connection"] = new JsonObject
            {
                ["entry"] = ExplanationText.NameOf(connection.Entry), ["from"] = connection.Source.Address.ToString(), ["to"] = connection.Destination.ToString(),
                ["serverName"] = connection.Tls?.ServerName,
            },
            ["resolution"] = resolution.Length > 0 ? resolution : null,
            ["listener"] = explanation.Listener,
            ["filterChain"] = explanation.FilterChainIndex is { } chain
                ? new JsonObject { ["index"] = chain, ["name"] = explanation.FilterChain, ["terminatesTls"] = explanation.TerminatesTls }
                : null,
            ["filter"] = explanation.TerminalFilter,
            ["routeConfiguration"] = explanation.RouteConfiguration,
            ["virtualHost"] = explanation.VirtualHost,
            ["route"] = explanation.RouteIndex is { } route
                ? new JsonObject { ["index"] = route, ["name"] = explanation.Route, ["origin"] = explanation.RouteOrigin }
                : null,
            ["outcome"] = JsonNamingPolicy.CamelCase.ConvertName(explanation.Outcome.ToString()),
            ["reason"] = explanation.Reason,
            ["status"] = explanation.Status > 0 ? explanation.Status : null,
            ["location"] = explanation.Location,
            ["forwardedAuthority"] = explanation.ForwardedAuthority,
            ["forwardedPath"] = explanation.ForwardedPath,
            ["destinations"] = new JsonArray([.. explanation.Destinations.Select(Destination)]),
            ["notes"] = new JsonArray([.. explanation.Notes.Select(note => JsonValue.Create(note))]),
        };
        foreach (var absent in result.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
            result.Remove(absent);
        output.WriteLine(result.ToJsonString(Indented));
    }

    private static JsonObject Destination(SimulatedDestination destination) => new()
    {
        ["cluster"] = destination.Cluster,
        ["share"] = destination.Share,
        ["discovery"] = destination.Discovery,
        ["endpoints"] = new JsonArray([.. destination.Endpoints.Select(Endpoint)]),
    };

    private static JsonObject Endpoint(SimulatedEndpoint endpoint) => new()
    {
        ["address"] = endpoint.Address,
        ["priority"] = endpoint.Priority,
        ["priorityShare"] = endpoint.PriorityShare,
        ["locality"] = endpoint.Locality,
        ["tls"] = JsonNamingPolicy.CamelCase.ConvertName(endpoint.Tls.Mode.ToString()),
        ["serverName"] = endpoint.Tls.ServerName,
    };
}
