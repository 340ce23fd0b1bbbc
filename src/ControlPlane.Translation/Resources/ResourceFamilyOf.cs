using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy.Capabilities;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Resources;

/// <summary>
/// A family by its three stages. Members says which items a class has. Input collects, per item, everything that its resource is
/// made from, and nothing else. Build is a pure function of the input. Equal inputs give one resource, encoded once, whichever
/// classes and items they belong to.
/// </summary>
/// <typeparam name="TItem">Names a resource within the mesh, e.g. (service, port, subset, what of the proxy matters). Equality by value.</typeparam>
/// <typeparam name="TInput">What the builder sees. Equality by value, with a cheap hash code.</typeparam>
public sealed class ResourceFamily<TItem, TInput> : ResourceFamily
    where TItem : notnull
    where TInput : class
{
    private readonly Func<ProxyClass, bool> _dependsOnAsked;

    /// <summary>Declares a family.</summary>
    /// <param name="type">Type of the resources.</param>
    /// <param name="members">The items of a class.</param>
    /// <param name="input">The builder's input for an item; null where the item yields no resource (any more).</param>
    /// <param name="build">Makes the resource; null where the input yields none.</param>
    /// <param name="dependsOnAsked">See <see cref="ResourceFamily.DependsOnAsked"/>; never where null.</param>
    public ResourceFamily(
        XdsType type,
        Func<IReader, ClassScope, EquatableArray<TItem>> members,
        Func<IReader, TItem, TInput?> input,
        Func<TInput, EnvoyResource?> build,
        Func<ProxyClass, bool>? dependsOnAsked = null)
    {
        Type = type;
        Members = new Derivation<ClassScope, EquatableArray<TItem>>($"{type}.Members", members);
        Input = new Derivation<TItem, TInput?>($"{type}.Input", input);
        Build = build;
        _dependsOnAsked = dependsOnAsked ?? (static _ => false);
    }

    /// <inheritdoc/>
    public override XdsType Type { get; }

    /// <summary>The items of a class.</summary>
    public Derivation<ClassScope, EquatableArray<TItem>> Members { get; }

    /// <summary>The builder's input for an item.</summary>
    public Derivation<TItem, TInput?> Input { get; }

    /// <summary>The builder.</summary>
    public Func<TInput, EnvoyResource?> Build { get; }

    /// <inheritdoc/>
    public override bool DependsOnAsked(ProxyClass proxyClass) => _dependsOnAsked(proxyClass);

    /// <inheritdoc/>
    public override Derivation<ClassScope, ResourceSet> Bind(IResourceEncoder encoder)
    {
        var encoded = new Derivation<(TInput Input, ProxyCapabilities Capabilities), EncodedResource?>(
            $"{Type}.Encode",
            (_, key) => Build(key.Input) is { } resource ? encoder.Encode(CapabilitySubstitution.Apply(resource, key.Capabilities)) : null,
            SameContent.Instance);
        var resourceOf = new Derivation<(TItem Item, ProxyCapabilities Capabilities), EncodedResource?>(
            $"{Type}.Resource",
            (reader, key) => reader.Get(Input, key.Item) is { } input ? reader.Get(encoded, (input, key.Capabilities)) : null,
            SameContent.Instance);
        var items = new Derivation<ClassScope, EquatableArray<(TItem Item, ProxyCapabilities Capabilities)>>(
            $"{Type}.Items",
            (reader, scope) => reader.Get(Members, scope).Select(i => (i, scope.Class.Capabilities)).ToEquatableArray());
        return new ResourceSetDerivation<ClassScope, (TItem, ProxyCapabilities)>(
            $"{Type}.Set", items, resourceOf, scope => DependsOnAsked(scope.Class) ? scope.Asked : null);
    }

    private sealed class SameContent : IEqualityComparer<EncodedResource?>
    {
        public static SameContent Instance { get; } = new();

        public bool Equals(EncodedResource? x, EncodedResource? y) => x is null ? y is null : x.SameContent(y);

        public int GetHashCode(EncodedResource? obj) => obj?.Version.GetHashCode(StringComparison.Ordinal) ?? 0;
    }
}
