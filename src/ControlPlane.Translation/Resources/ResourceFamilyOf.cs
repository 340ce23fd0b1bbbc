using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy.Capabilities;
using ControlPlane.Translation.Envoy.Patches;
using ControlPlane.Translation.Features.EnvoyFilter;
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
    private readonly Func<IReader, TItem, PatchPlace?>? _patched;

    /// <summary>Declares a family.</summary>
    /// <param name="type">Type of the resources.</param>
    /// <param name="members">The items of a class.</param>
    /// <param name="input">The builder's input for an item; null where the item yields no resource (any more).</param>
    /// <param name="build">Makes the resource; null where the input yields none.</param>
    /// <param name="dependsOnAsked">See <see cref="ResourceFamily.DependsOnAsked"/>; never where null.</param>
    /// <param name="patched">What patches of users may match of an item beside its resource, null for an item that they don't reach; null for a family that they don't.</param>
    public ResourceFamily(
        XdsType type,
        Func<IReader, ClassScope, EquatableArray<TItem>> members,
        Func<IReader, TItem, TInput?> input,
        Func<TInput, EnvoyResource?> build,
        Func<ProxyClass, bool>? dependsOnAsked = null,
        Func<IReader, TItem, PatchPlace?>? patched = null)
    {
        Type = type;
        Members = new Derivation<ClassScope, EquatableArray<TItem>>($"{type}.Members", members);
        Input = new Derivation<TItem, TInput?>($"{type}.Input", input);
        Build = build;
        _dependsOnAsked = dependsOnAsked ?? (static _ => false);
        _patched = patched;
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
            (_, key) => Encode(encoder, Build(key.Input), key.Capabilities),
            SameContent.Instance);
        // What no patch touches is shared with the classes that have none.
        var patched = new Derivation<(TInput Input, ProxyCapabilities Capabilities, PatchSet Patches, PatchPlace Place), EncodedResource?>(
            $"{Type}.EncodePatched",
            (reader, key) =>
            {
                if (Build(key.Input) is not { } resource || ResourcePatches.Apply(resource, key.Patches, key.Place) is not { } result)
                    return null;
                return ReferenceEquals(result, resource) ? reader.Get(encoded, (key.Input, key.Capabilities)) : Encode(encoder, result, key.Capabilities);
            },
            SameContent.Instance);
        var resourceOf = new Derivation<Member, EncodedResource?>(
            $"{Type}.Resource",
            (reader, member) =>
            {
                if (reader.Get(Input, member.Item) is not { } input)
                    return null;
                return member.Patches is { } patches && _patched!(reader, member.Item) is { } place
                    ? reader.Get(patched, (input, member.Capabilities, patches, place))
                    : reader.Get(encoded, (input, member.Capabilities));
            },
            SameContent.Instance);
        var items = new Derivation<ClassScope, EquatableArray<Member>>($"{Type}.Items", (reader, scope) =>
        {
            var patches = _patched is null ? null : reader.Get(EnvoyFilters.OfClass, (scope.Class, Type));
            return reader.Get(Members, scope).Select(i => new Member(i, scope.Class.Capabilities, patches)).ToEquatableArray();
        });
        var set = new ResourceSetDerivation<ClassScope, Member>($"{Type}.Set", items, resourceOf, scope => DependsOnAsked(scope.Class) ? scope.Asked : null);
        return _patched is null ? set : WithAdditions(encoder, set);
    }

    /// <summary>The sets of classes with what their patches add. What is there already is not hidden by an addition of its name.</summary>
    private Derivation<ClassScope, ResourceSet> WithAdditions(IResourceEncoder encoder, Derivation<ClassScope, ResourceSet> own)
    {
        var encoded = new Derivation<(AddedResource Resource, ProxyCapabilities Capabilities), EncodedResource?>(
            $"{Type}.EncodeAdded", (_, key) => Encode(encoder, key.Resource.Build(), key.Capabilities), SameContent.Instance);
        var items = new Derivation<ClassScope, EquatableArray<(AddedResource Resource, ProxyCapabilities Capabilities)>>($"{Type}.Added", (reader, scope) =>
            reader.Get(EnvoyFilters.OfClass, (scope.Class, Type)) is { } patches
                ? ResourcePatches.Added(patches, Type).DistinctBy(a => a.Name, StringComparer.Ordinal).Select(a => (a, scope.Class.Capabilities)).ToEquatableArray()
                : []);
        var added = new ResourceSetDerivation<ClassScope, (AddedResource, ProxyCapabilities)>($"{Type}.AddedSet", items, encoded);
        return new Derivation<ClassScope, ResourceSet>($"{Type}.SetOfClass", (reader, scope) =>
        {
            var set = reader.Get(own, scope);
            // Where nothing is added, the set is handed on as it is, with its history.
            return reader.Get(items, scope).IsEmpty
                ? set
                : set.With(reader.Get(added, scope).Resources.Where(r => set.Find(r.Name) is null).Select(r => KeyValuePair.Create(r.Name, (EncodedResource?)r)));
        });
    }

    private static EncodedResource? Encode(IResourceEncoder encoder, EnvoyResource? resource, ProxyCapabilities capabilities) =>
        resource is null ? null : encoder.Encode(CapabilitySubstitution.Apply(resource, capabilities));

    // An item as a class with patches gets it.
    private readonly record struct Member(TItem Item, ProxyCapabilities Capabilities, PatchSet? Patches);

    private sealed class SameContent : IEqualityComparer<EncodedResource?>
    {
        public static SameContent Instance { get; } = new();

        public bool Equals(EncodedResource? x, EncodedResource? y) => x is null ? y is null : x.SameContent(y);

        public int GetHashCode(EncodedResource? obj) => obj?.Version.GetHashCode(StringComparison.Ordinal) ?? 0;
    }
}
