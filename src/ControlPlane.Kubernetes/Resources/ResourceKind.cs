using ControlPlane.Model.Collections;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources;

/// <summary>A kind of Kubernetes object that is read, and the table it goes to.</summary>
/// <param name="Group">API group, "" for the core group.</param>
/// <param name="Versions">Versions that are understood, the preferred one first.</param>
/// <param name="Kind">Kind, e.g. VirtualService.</param>
/// <param name="Plural">Name of the resource in the API's paths, e.g. virtualservices.</param>
/// <param name="Namespaced">Whether objects live in namespaces.</param>
/// <param name="Table">Table of the snapshot.</param>
public sealed record ResourceKind(
    string Group, EquatableArray<string> Versions, string Kind, string Plural, bool Namespaced, TableId Table)
{
    /// <summary>apiVersion of the preferred version, e.g. networking.istio.io/v1.</summary>
    public string ApiVersion => ApiVersionOf(Versions[0]);

    /// <summary>apiVersion of one version.</summary>
    public string ApiVersionOf(string version) => Group.Length == 0 ? version : $"{Group}/{version}";
}
