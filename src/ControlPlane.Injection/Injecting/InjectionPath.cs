namespace ControlPlane.Injection.Injecting;

/// <summary>Reads the environment that a remote cluster puts into the webhook's URL: /inject/cluster/C/net/N/KEY/VALUE.</summary>
public static class InjectionPath
{
    private const string Slash = "--slash--";
    private const string Root = "/inject";
    private const int MaxLength = 4096;

    /// <summary>The variables that a path names, sorted; none for a path of another form. A last key without a value is passed over.</summary>
    public static IReadOnlyDictionary<string, string> Environment(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (path.Length > MaxLength || !path.StartsWith(Root + "/", StringComparison.Ordinal))
            return result;
        var parts = path.TrimEnd('/')[Root.Length..].TrimStart('/').Split('/');
        for (var i = 0; i + 1 < parts.Length; i += 2)
        {
            var name = parts[i] switch
            {
                "cluster" => Names.EnvironmentNames.ClusterId,
                "net" => Names.EnvironmentNames.Network,
                var other => other.ToUpperInvariant(),
            };
            if (name.Length > 0)
                result[name] = parts[i + 1].Replace(Slash, "/", StringComparison.Ordinal);
        }

        return result;
    }
}
