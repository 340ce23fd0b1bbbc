namespace ControlPlane.Commands.Translate;

/// <summary>Finds the proxies that a request names.</summary>
internal static class ProxyInputs
{
    private const string NodeFile = "node.json";
    private const string WatchFile = "watch.json";

    /// <summary>The files of each proxy, in the order of their names.</summary>
    /// <exception cref="InputException">There are none.</exception>
    public static IReadOnlyList<(string Node, string? Watch, string Target)> Find(TranslateRequest request)
    {
        if (request.Proxies is not { } directory)
            return [(request.Node!, request.Watch, request.Target)];
        if (!Directory.Exists(directory))
            throw new InputException($"{directory}: there is no such directory; --proxies names one with a folder per proxy, each with a {NodeFile}");
        var found = Directory.GetDirectories(directory)
            .Where(folder => File.Exists(Path.Combine(folder, NodeFile)))
            .Order(StringComparer.Ordinal)
            .Select(folder => (Path.Combine(folder, NodeFile), WatchOf(folder), Path.Combine(request.Target, Path.GetFileName(folder))))
            .ToList();
        return found.Count > 0 ? found : throw new InputException($"{directory}: no folder in it holds a {NodeFile}");
    }

    private static string? WatchOf(string folder)
    {
        var path = Path.Combine(folder, WatchFile);
        return File.Exists(path) ? path : null;
    }
}
