namespace ControlPlane.Kubernetes.Client;

/// <summary>What a request asks for, in the words of roles: a verb and a resource.</summary>
/// <param name="Verb">get, list, watch, create, update, patch or delete.</param>
/// <param name="Resource">Resource, with its subresource behind a slash, e.g. services or leases/status; "" for documents about the API.</param>
internal readonly record struct RequestName(string Verb, string Resource)
{
    /// <summary>Reads method and path.</summary>
    public static RequestName Of(HttpMethod method, string path)
    {
        var end = path.IndexOf('?', StringComparison.Ordinal);
        var query = end < 0 ? "" : path[end..];
        var parts = (end < 0 ? path : path[..end]).Split('/', StringSplitOptions.RemoveEmptyEntries);
        // /api/v1/... or /apis/GROUP/VERSION/...
        var rest = parts is ["api", _, ..] ? parts[2..] : parts is ["apis", _, _, ..] ? parts[3..] : [];
        if (rest is ["namespaces", _, _, ..] && rest[2] is not ("status" or "finalize"))
            rest = rest[2..];
        var resource = rest switch
        {
            [] => "",
            [var plural, _, var sub, ..] => $"{plural}/{sub}",
            [var plural, ..] => plural,
        };
        return new RequestName(VerbOf(method, rest.Length > 1 || resource.Length == 0, query), resource);
    }

    private static string VerbOf(HttpMethod method, bool isNamed, string query)
    {
        if (method == HttpMethod.Post)
            return "create";
        if (method == HttpMethod.Put)
            return "update";
        if (method == HttpMethod.Patch)
            return "patch";
        if (method == HttpMethod.Delete)
            return "delete";
        return query.Contains("watch=true", StringComparison.Ordinal) ? "watch" : isNamed ? "get" : "list";
    }
}
