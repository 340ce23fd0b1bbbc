using System.Text;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Escapes = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.PathWithEscapedSlashesAction;

namespace ControlPlane.Translation.Simulation;

/// <summary>How a connection manager changes the path of a request before it looks for a route.</summary>
internal static class RequestPaths
{
    /// <summary>The path as routes see it; null for a request that is refused for its path.</summary>
    public static string? Normalize(string path, HttpConnectionManager manager)
    {
        var (own, query) = Split(path);
        var action = manager.PathWithEscapedSlashesAction;
        if (HasEscapedSlash(own) && action == Escapes.RejectRequest)
            return null;
        if (action is Escapes.UnescapeAndForward or Escapes.UnescapeAndRedirect)
        {
            own = own.Replace("%2f", "/", StringComparison.OrdinalIgnoreCase).Replace("%5c", "\\", StringComparison.OrdinalIgnoreCase);
        }

        if (manager.NormalizePath == true)
            own = Canonical(own);
        if (manager.MergeSlashes)
            own = Merge(own);
        return own + query;
    }

    /// <summary>A path without what follows the first question mark or hash, and that.</summary>
    public static (string Path, string Query) Split(string path)
    {
        var at = path.AsSpan().IndexOfAny('?', '#');
        return at < 0 ? (path, "") : (path[..at], path[at..]);
    }

    private static bool HasEscapedSlash(string path) =>
        path.Contains("%2f", StringComparison.OrdinalIgnoreCase) || path.Contains("%5c", StringComparison.OrdinalIgnoreCase);

    /// <summary>RFC 3986: no dot segments, also where dots are escaped; a backslash counts as slash.</summary>
    private static string Canonical(string path)
    {
        if (!path.StartsWith('/'))
            return path;
        var kept = new List<string>();
        var segments = path.Replace('\\', '/')[1..].Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var plain = segments[i].Replace("%2e", ".", StringComparison.OrdinalIgnoreCase);
            if (plain is "." or "..")
            {
                if (plain == ".." && kept.Count > 0)
                    kept.RemoveAt(kept.Count - 1);
                if (i == segments.Length - 1)
                    kept.Add("");
            }
            else
            {
                kept.Add(segments[i]);
            }
        }

        return "/" + string.Join('/', kept);
    }

    private static string Merge(string path)
    {
        var result = new StringBuilder(path.Length);
        foreach (var c in path)
        {
            if (c != '/' || result.Length == 0 || result[^1] != '/')
                result.Append(c);
        }

        return result.ToString();
    }
}
