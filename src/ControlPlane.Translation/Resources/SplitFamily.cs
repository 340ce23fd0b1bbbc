using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Resources;

/// <summary>One type for two kinds of clients: most get the resources of one family, some those of another.</summary>
/// <param name="most">The family of most.</param>
/// <param name="some">The family of the others.</param>
/// <param name="isSome">Whether a class is among the others.</param>
internal sealed class SplitFamily(ResourceFamily most, ResourceFamily some, Func<ProxyClass, bool> isSome) : ResourceFamily
{
    /// <inheritdoc/>
    public override XdsType Type => most.Type;

    /// <inheritdoc/>
    public override bool DependsOnAsked(ProxyClass proxyClass) => (isSome(proxyClass) ? some : most).DependsOnAsked(proxyClass);

    /// <inheritdoc/>
    public override Derivation<ClassScope, ResourceSet> Bind(IResourceEncoder encoder)
    {
        var (forMost, forSome) = (most.Bind(encoder), some.Bind(encoder));
        return new Derivation<ClassScope, ResourceSet>(
            $"{Type}.SetOfClient", (reader, scope) => reader.Get(isSome(scope.Class) ? forSome : forMost, scope));
    }
}
