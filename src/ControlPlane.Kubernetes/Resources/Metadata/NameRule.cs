namespace ControlPlane.Kubernetes.Resources.Metadata;

/// <summary>How the API server restricts names of a kind.</summary>
internal enum NameRule
{
    /// <summary>Labels of lower case letters, digits and hyphens, joined by dots; 253 characters.</summary>
    Subdomain,

    /// <summary>One such label; 63 characters.</summary>
    Label,
}
