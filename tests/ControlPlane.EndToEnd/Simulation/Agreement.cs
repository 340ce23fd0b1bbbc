using System.Globalization;
using ControlPlane.Translation.Simulation;

namespace ControlPlane.EndToEnd.Simulation;

/// <summary>Holds what a simulation says to what an Envoy logged.</summary>
internal static class Agreement
{
    private const string Nothing = "-";

    /// <summary>What they do not agree about.</summary>
    public static IEnumerable<string> Check(Explanation expected, AccessRecord? record, string? location)
    {
        if (expected.Outcome == ExplanationOutcome.NotAccepted)
        {
            if (record is not null && record.Cluster != Nothing)
                yield return $"is not accepted ({expected.Reason}), but {record}";
            yield break;
        }

        if (record is null)
        {
            yield return $"{expected.Outcome} ({expected.Reason}), but Envoy logged nothing";
            yield break;
        }

        foreach (var (what, wanted, actual) in Facts(expected, record, location))
        {
            if (wanted != actual)
                yield return $"{what} is '{wanted}' in the simulation and '{actual}' in Envoy; {expected.Outcome} ({expected.Reason}); {record}";
        }

        if (DestinationFault(expected, record) is { } fault)
            yield return $"{fault}; {expected.Outcome} ({expected.Reason}); {record}";
    }

    private static IEnumerable<(string What, string Wanted, string Actual)> Facts(Explanation expected, AccessRecord record, string? location)
    {
        yield return ("filter chain", TextOf(expected.FilterChain), record.Chain);
        yield return ("route", TextOf(expected.Route), record.Route);
        if (expected.Status > 0)
            yield return ("status", expected.Status.ToString(CultureInfo.InvariantCulture), record.Status);
        if (expected.Outcome == ExplanationOutcome.Redirected)
            yield return ("location", expected.Location ?? "", location ?? "");
        // Of several destinations each may rewrite in its own way.
        if (expected is { Outcome: ExplanationOutcome.Forwarded, ForwardedPath: { } path, Destinations.Length: 1 })
        {
            yield return ("path", path, record.Path);
            yield return ("authority", expected.ForwardedAuthority!, record.Authority);
        }
    }

    private static string? DestinationFault(Explanation expected, AccessRecord record)
    {
        if (expected.Destinations.IsEmpty)
            return record.Cluster == Nothing ? null : "no cluster is expected";
        var destination = expected.Destinations.FirstOrDefault(d => d.Cluster == record.Cluster);
        if (destination is null)
            return record.Cluster == Nothing && expected.Destinations.Any(d => d.Discovery is null) ? null : $"the cluster is none of {string.Join(", ", expected.Destinations.Select(d => d.Cluster))}";
        // The client left before the proxy had connected: where nobody could be chosen the flags would say so.
        if (record is { Host: Nothing, Flags: Nothing, Status: "0" })
            return null;
        if (destination.Endpoints.IsEmpty)
            return record.Host == Nothing ? null : "no endpoint can be chosen";
        var endpoint = destination.Endpoints.FirstOrDefault(e => e.Address == record.Host);
        if (endpoint is null)
            return destination.Endpoints.All(e => e.IsName) ? null : $"the endpoint is none of {string.Join(", ", destination.Endpoints.Select(e => e.Address))}";
        // The backend answers no handshake, so whoever tries one fails.
        return endpoint.Tls.Mode == SimulatedTlsMode.Plaintext == record.TransportFailure.Contains("TLS_error", StringComparison.Ordinal) ? $"TLS is {endpoint.Tls.Mode}" : null;
    }

    private static string TextOf(string? value) => string.IsNullOrEmpty(value) ? Nothing : value;
}
