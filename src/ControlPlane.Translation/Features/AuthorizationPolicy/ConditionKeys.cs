namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>The attributes that a condition may name (Istio's reference of authorization policy conditions).</summary>
internal static class ConditionKeys
{
    public const string SourceIp = "source.ip";
    public const string RemoteIp = "remote.ip";
    public const string SourceNamespace = "source.namespace";
    public const string SourceServiceAccount = "source.serviceAccount";
    public const string SourceTrustDomain = "source.trustDomain";
    public const string SourcePrincipal = "source.principal";
    public const string RequestPrincipal = "request.auth.principal";
    public const string RequestAudiences = "request.auth.audiences";
    public const string RequestPresenter = "request.auth.presenter";
    public const string DestinationIp = "destination.ip";
    public const string DestinationPort = "destination.port";
    public const string ServerName = "connection.sni";

    /// <summary>What the keys of headers begin with; the name follows in brackets.</summary>
    public const string HeaderPrefix = "request.headers";

    /// <summary>What the keys of claims begin with; names follow in brackets, one for each level.</summary>
    public const string ClaimPrefix = "request.auth.claims";

    /// <summary>What the keys of metadata of other filters begin with; the filter's name and a key in brackets follow.</summary>
    public const string FilterPrefix = "experimental.envoy.filters.";

    /// <summary>What the keys of everything that a verified token says begin with.</summary>
    public const string TokenPrefix = "request.auth.";

    /// <summary>Whether a key that holds names in brackets is well formed: <c>a[b]</c>, b not empty.</summary>
    public static bool HasBrackets(string key)
    {
        var open = key.IndexOf('[', StringComparison.Ordinal);
        return key.EndsWith(']') && open > 0 && open < key.Length - 2;
    }

    /// <summary>The name in brackets that follows a prefix; null where it is not so.</summary>
    public static string? NameAfter(string key, string prefix)
    {
        var rest = key[prefix.Length..];
        return rest.Length > 2 && rest[0] == '[' && rest[^1] == ']' ? rest[1..^1] : null;
    }

    /// <summary>The names in brackets that follow a prefix, <c>[a][b]</c>. What is not so formed is one name as a whole, as with Istio; null for no brackets.</summary>
    public static IReadOnlyList<string>? NamesAfter(string key, string prefix)
    {
        if (NameAfter(key, prefix) is not { } whole)
            return null;
        var parts = whole.Split("][");
        return parts.All(static p => p.Length > 0 && !p.Contains('[', StringComparison.Ordinal) && !p.Contains(']', StringComparison.Ordinal)) ? parts : [whole];
    }
}
