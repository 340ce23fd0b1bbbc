using System.Globalization;
using ControlPlane.Grpc.Wire;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Grpc.Server;

/// <summary>Puts status and trailers on a response: in the trailers, or in the headers when nothing was sent yet ("trailers only").</summary>
internal static class TrailerWriter
{
    // Percent-encoded a character may take nine bytes; what needs that is rare.
    private const int MaxDetailLength = 2_000;

    public static void Write(HttpResponse response, Status status, Metadata? trailers)
    {
        var fields = new List<(string Key, string Value)>(trailers?.Count ?? 0);
        foreach (var entry in trailers ?? [])
        {
            try
            {
                fields.Add((entry.Key, MetadataCodec.ToHeaderValue(entry)));
            }
            catch (ArgumentException e)
            {
                // The whole response would be dropped; the status of the call is the place where the developer sees it.
                status = new Status(StatusCode.Internal, e.Message);
            }
        }

        Append(response, GrpcHeaders.Status, ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture));
        if (status.Detail.Length > 0)
        {
            Append(response, GrpcHeaders.Message, PercentEncoding.Encode(Bounded(status.Detail)));
        }

        foreach (var (key, value) in fields)
        {
            Append(response, key, value);
        }
    }

    // Clients take 8 KiB of headers, and give the whole connection up over more: a status may quote what somebody sent.
    private static string Bounded(string detail) => detail.Length <= MaxDetailLength ? detail : string.Concat(detail.AsSpan(0, MaxDetailLength), "...");

    private static void Append(HttpResponse response, string name, string value)
    {
        if (response.HasStarted)
        {
            response.AppendTrailer(name, value);
        }
        else
        {
            response.Headers.Append(name, value);
        }
    }
}
