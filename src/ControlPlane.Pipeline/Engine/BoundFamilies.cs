using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Pipeline.Engine;

/// <summary>The families of translation, bound to one encoder: the sets that a graph computes.</summary>
/// <param name="families">All families.</param>
/// <param name="encoder">The encoder.</param>
internal sealed class BoundFamilies(IEnumerable<ResourceFamily> families, IResourceEncoder encoder)
{
    public IReadOnlyList<(ResourceFamily Family, Derivation<ClassScope, ResourceSet> Set)> All { get; } =
        [.. families.Select(f => (f, f.Bind(encoder)))];

    /// <summary>The scope of each family's set for a class and what its client asks for.</summary>
    public static ClassScope Scope(ResourceFamily family, ProxyClass proxyClass, Func<XdsType, NameSet> asked) =>
        new(proxyClass, family.DependsOnAsked(proxyClass) ? asked(family.Type) : NameSet.Empty);
}
