namespace ControlPlane.Kubernetes.Reviews;

/// <summary>Something that a role may allow.</summary>
/// <param name="Verb">The verb, e.g. list.</param>
/// <param name="Group">API group; "" for the core group.</param>
/// <param name="Resource">Resource in the plural, e.g. secrets.</param>
public sealed record ResourceAccess(string Verb, string Group, string Resource)
{
    /// <summary>Subresource; "" for none.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>The namespace; "" for all.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The object; "" for all.</summary>
    public string Name { get; init; } = "";

    /// <summary>As people write it, e.g. "list secrets".</summary>
    public override string ToString() =>
        $"{Verb} {Resource}{(Subresource.Length > 0 ? $"/{Subresource}" : "")}{(Group.Length > 0 ? $".{Group}" : "")}{(Namespace.Length > 0 ? $" in {Namespace}" : "")}";
}
