using Microsoft.AspNetCore.Http;

namespace ControlPlane.Http2.Streams;

/// <summary>Reads :path.</summary>
internal static class RequestTarget
{
    /// <summary>The path, its percent encoding undone but for %2F as everywhere in ASP.NET Core, and the query with its question mark, as it is.</summary>
    public static (string Path, string Query) Split(string target)
    {
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (target, string.Empty) : (target[..question], target[question..]);
        return (path.Contains('%', StringComparison.Ordinal) ? PathString.FromUriComponent(path).Value ?? path : path, query);
    }
}
