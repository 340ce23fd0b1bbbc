namespace ControlPlane.Translation.Envoy.Names;

/// <summary>The object that the name of a secret means.</summary>
/// <param name="Source">Its kind.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name, with the ending of trust anchors if the resource has it.</param>
/// <param name="Resource">Name of the resource.</param>
public sealed record SecretReference(SecretSource Source, string Namespace, string Name, string Resource)
{
    /// <summary>Whether trust anchors are meant rather than a certificate with its key.</summary>
    public bool IsRoots => Source == SecretSource.ConfigMap || Name.EndsWith(SecretNames.RootsSuffix, StringComparison.Ordinal);

    /// <summary>The name without the ending of trust anchors.</summary>
    public string BareName => Name.EndsWith(SecretNames.RootsSuffix, StringComparison.Ordinal) ? Name[..^SecretNames.RootsSuffix.Length] : Name;
}
