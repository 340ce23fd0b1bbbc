using Microsoft.AspNetCore.Http;

namespace ControlPlane.Http2.Streams;

/// <summary>Reads :path.</summary>
internal static class RequestTarget
{
    /// <summary>
    /// The path as everywhere in ASP.NET Core, its percent encoding undone but for %2F and then without dot segments (RFC 3986, 5.2.4), and the query
    /// with its question mark, as it is. The target * of OPTIONS is no path.
    /// </summary>
    /// <returns>False when the path can't be decoded.</returns>
    public static bool TrySplit(string target, out string path, out string query)
    {
        (path, query) = (string.Empty, string.Empty);
        if (target == "*")
            return true;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        (path, query) = question < 0 ? (target, string.Empty) : (target[..question], target[question..]);
        try
        {
            if (path.Contains('%', StringComparison.Ordinal))
                path = PathString.FromUriComponent(path).Value ?? path;
        }
        catch (InvalidOperationException)
        {
            // It has %00.
            return false;
        }

        if (path.Contains("/.", StringComparison.Ordinal))
            path = RemoveDotSegments(path);
        return true;
    }

    private static string RemoveDotSegments(string path)
    {
        var kept = new List<string>();
        var segments = path[1..].Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var isDots = segments[i] is "." or "..";
            if (segments[i] == ".." && kept.Count > 0)
                kept.RemoveAt(kept.Count - 1);
            if (!isDots)
                kept.Add(segments[i]);
            else if (i == segments.Length - 1)
                kept.Add(string.Empty);
        }

        return $"/{string.Join('/', kept)}";
    }
}
