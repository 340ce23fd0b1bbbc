using Envoy.Config.Core.V3;
using Google.Protobuf.Collections;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>Changes of headers. The host is no header to Envoy: setting it rewrites the authority.</summary>
internal sealed class HeaderOperations
{
    /// <summary>Reads header operations; null for none.</summary>
    public HeaderOperations(Headers? headers)
    {
        RequestToAdd = Values(headers?.Request);
        ResponseToAdd = Values(headers?.Response);
        RequestToRemove = Removed(headers?.Request);
        ResponseToRemove = Removed(headers?.Response);
        Authority = Host(headers?.Request?.Set) ?? Host(headers?.Request?.Add) ?? "";
    }

    /// <summary>Headers of requests that are set, then those that are added, each sorted by name.</summary>
    public IReadOnlyList<HeaderValueOption> RequestToAdd { get; }

    /// <summary>The same for responses.</summary>
    public IReadOnlyList<HeaderValueOption> ResponseToAdd { get; }

    /// <summary>Headers of requests that are removed.</summary>
    public IReadOnlyList<string> RequestToRemove { get; }

    /// <summary>Headers of responses that are removed.</summary>
    public IReadOnlyList<string> ResponseToRemove { get; }

    /// <summary>The authority that requests get, "" for their own.</summary>
    public string Authority { get; }

    private static List<HeaderValueOption> Values(Headers.Types.HeaderOperations? operations) => operations is null ? [] :
    [
        .. Values(operations.Set, HeaderValueOption.Types.HeaderAppendAction.OverwriteIfExistsOrAdd),
        .. Values(operations.Add, HeaderValueOption.Types.HeaderAppendAction.AppendIfExistsOrAdd),
    ];

    private static IEnumerable<HeaderValueOption> Values(MapField<string, string> headers, HeaderValueOption.Types.HeaderAppendAction action) => headers
        .Where(h => !IsInternal(h.Key))
        .OrderBy(h => h.Key, StringComparer.Ordinal)
        .Select(h => new HeaderValueOption { Header = new HeaderValue { Key = h.Key, Value = h.Value }, AppendAction = action });

    private static List<string> Removed(Headers.Types.HeaderOperations? operations) => operations is null ? [] : [.. operations.Remove.Where(n => !IsInternal(n))];

    private static string? Host(MapField<string, string>? headers) =>
        headers?.Where(h => IsHost(h.Key)).OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => h.Value).LastOrDefault(v => v.Length > 0);

    private static bool IsHost(string name) =>
        name.Equals("host", StringComparison.OrdinalIgnoreCase) || name.Equals(":authority", StringComparison.OrdinalIgnoreCase);

    private static bool IsInternal(string name) => name.StartsWith(':') || name.Equals("host", StringComparison.OrdinalIgnoreCase);
}
