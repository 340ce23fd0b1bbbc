namespace ControlPlane.Kubernetes.Tests.Server;

/// <summary>Which objects a list or watch asks for: a kind, perhaps one namespace, perhaps one name.</summary>
internal sealed record ListScope(string Path, string Namespace, string Name)
{
    private const string Namespaces = "/namespaces/";
    private const string NameSelector = "metadata.name=";

    public static ListScope Of(TestExchange exchange)
    {
        var selector = exchange.Query("fieldSelector") ?? "";
        var name = selector.StartsWith(NameSelector, StringComparison.Ordinal) ? selector[NameSelector.Length..] : "";
        var at = exchange.Path.IndexOf(Namespaces, StringComparison.Ordinal);
        if (at < 0)
            return new ListScope(exchange.Path, "", name);
        var rest = exchange.Path[(at + Namespaces.Length)..].Split('/');
        return new ListScope($"{exchange.Path[..at]}/{rest[1]}", rest[0], name);
    }

    /// <summary>The single object that a path names; "" for a list.</summary>
    public static string NameOf(TestExchange exchange)
    {
        var parts = exchange.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var rest = parts is ["api", _, ..] ? parts[2..] : parts is ["apis", _, _, ..] ? parts[3..] : [];
        if (rest is ["namespaces", _, _, ..])
            rest = rest[2..];
        return rest is [_, var name, ..] ? name : "";
    }

    /// <summary>Whether an object is asked for, by its key PATH|NAMESPACE|NAME.</summary>
    public bool Holds(string key)
    {
        var parts = key.Split('|');
        return parts[0] == Path && (Namespace.Length == 0 || parts[1] == Namespace) && (Name.Length == 0 || parts[2] == Name);
    }
}
