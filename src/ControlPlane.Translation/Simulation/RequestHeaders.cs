namespace ControlPlane.Translation.Simulation;

/// <summary>The headers of a request as routes see them: with pseudo headers, names in lower case, several of one name joined by commas.</summary>
internal sealed class RequestHeaders
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public RequestHeaders(SimulatedRequest request, string path, string scheme)
    {
        foreach (var (name, value) in request.Headers)
        {
            var key = name.ToLowerInvariant();
            // Proxies call the header that HTTP/1.1 names Host by its name in HTTP/2.
            if (key == "host")
                continue;
            _values[key] = _values.TryGetValue(key, out var before) ? $"{before},{value.Trim()}" : value.Trim();
        }

        _values[":method"] = request.Method;
        _values[":path"] = path;
        _values[":scheme"] = scheme;
        if (request.Authority.Length > 0)
            _values[":authority"] = request.Authority;
        Path = path;
        Scheme = scheme;
        Authority = request.Authority;
    }

    /// <summary>Path with query.</summary>
    public string Path { get; }

    /// <summary>http or https, as the connection is.</summary>
    public string Scheme { get; }

    /// <summary>Host and perhaps port.</summary>
    public string Authority { get; }

    /// <summary>A header's value, null without such a header.</summary>
    public string? this[string name]
    {
        get
        {
            var key = name.ToLowerInvariant();
            return _values.GetValueOrDefault(key == "host" ? ":authority" : key);
        }
    }

    /// <summary>A cookie's value, null without it. The first of a name counts.</summary>
    public string? Cookie(string name)
    {
        foreach (var part in (this["cookie"] ?? "").Split([';', ',']))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at > 0 && part[..at].Trim() == name)
                return part[(at + 1)..].Trim().Trim('"');
        }

        return null;
    }

    /// <summary>A query parameter's value as written, null without it. The first of a name counts.</summary>
    public string? Query(string name)
    {
        var start = Path.IndexOf('?', StringComparison.Ordinal);
        if (start < 0)
            return null;
        var end = Path.IndexOf('#', start);
        foreach (var part in Path[(start + 1)..(end < 0 ? Path.Length : end)].Split('&'))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if ((at < 0 ? part : part[..at]) == name)
                return at < 0 ? "" : part[(at + 1)..];
        }

        return null;
    }
}
