namespace ControlPlane.ArchitectureTests;

/// <summary>What one project of src/ may know.</summary>
/// <param name="Name">Its folder below src/.</param>
/// <param name="MayReference">Our projects that it may reference.</param>
/// <param name="Packages">Packages that it may reference.</param>
/// <param name="AspNet">Whether it may use ASP.NET Core and Microsoft.Extensions.</param>
/// <param name="PureNamespaces">
/// Its namespaces without clock, randomness, environment, file, network, logger and dependency injection; those below them are meant too.
/// </param>
public sealed record ProjectRule(string Name, string[] MayReference, string[] Packages, bool AspNet, string[] PureNamespaces)
{
    /// <summary>Simple name of its assembly.</summary>
    public string AssemblyName => Name == "ControlPlane" ? "controlplane" : Name;

    public override string ToString() => Name;
}
