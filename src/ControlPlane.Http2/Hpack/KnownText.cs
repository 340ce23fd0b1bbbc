using System.Text;

namespace ControlPlane.Http2.Hpack;

/// <summary>Names and values that most requests have, so that each is one string however often it comes.</summary>
internal static class KnownText
{
    private static readonly string[][] ByLength = GroupByLength(
    [
        // What gRPC clients send, beyond the static table.
        "te", "trailers", "application/grpc", "application/grpc+proto", "grpc-accept-encoding", "grpc-encoding", "grpc-timeout",
        "grpc-previous-rpc-attempts", "grpc-trace-bin", "grpc-tags-bin", "identity", "gzip", "deflate", "identity, deflate, gzip", "identity,deflate,gzip",
        "PUT", "HEAD", "DELETE", "OPTIONS", "connection", "x-forwarded-for", "x-forwarded-proto", "x-request-id", "x-envoy-internal",
        "x-envoy-expected-rq-timeout-ms", "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources",
        "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources",
    ]);

    /// <summary>The known string of these octets; null when they are none.</summary>
    public static string? Find(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty)
        {
            return string.Empty;
        }

        if (octets.Length < ByLength.Length)
        {
            foreach (string text in ByLength[octets.Length])
            {
                // Most texts of one length differ in their last octet.
                if (text[^1] == octets[^1] && Ascii.Equals(octets, text))
                {
                    return text;
                }
            }
        }

        return null;
    }

    private static string[][] GroupByLength(IEnumerable<string> more)
    {
        var texts = Enumerable.Range(1, StaticTable.Count).Select(StaticTable.Get)
            .SelectMany(field => (string[])[field.Name, field.Value])
            .Concat(more)
            .Distinct(StringComparer.Ordinal)
            .ToLookup(text => text.Length);
        return [.. Enumerable.Range(0, texts.Max(group => group.Key) + 1).Select(length => texts[length].ToArray())];
    }
}
