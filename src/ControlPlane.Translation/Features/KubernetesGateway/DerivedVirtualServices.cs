using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>The VirtualServices that routes of the Gateway API stand for.</summary>
internal static class DerivedVirtualServices
{
    /// <summary>All of them, in no order that matters.</summary>
    public static Derivation<Unit, EquatableArray<VirtualServiceSpec>> All { get; } = new(
        "KubernetesRoute.VirtualServices", static (reader, _) => DerivedRules.All(reader).Concat(DerivedConnections.All(reader)).ToEquatableArray());

    private static readonly Derivation<Unit, Index> ByKey = new("KubernetesRoute.ByKey", static (reader, _) => new Index(reader.Get(All, Unit.Value)));

    /// <summary>The one of a name; null where there is none.</summary>
    public static Derivation<ObjectKey, VirtualServiceSpec?> OfKey { get; } = new("KubernetesRoute.OfKey", static (reader, key) => reader.Get(ByKey, Unit.Value).Find(key));

    /// <summary>One without rules.</summary>
    public static VirtualServiceSpec Spec(ObjectKey key, DateTime creationTime, string gateway, string host) => new()
    {
        Key = key,
        CreationTime = creationTime,
        Hosts = [host],
        LowerHosts = [host.ToLowerInvariant()],
        Gateways = [gateway],
        SeparatesPaths = true,
        IsKubernetesRoute = true,
    };

    private sealed class Index(EquatableArray<VirtualServiceSpec> all) : IEquatable<Index>
    {
        private readonly EquatableArray<VirtualServiceSpec> _all = all;
        private readonly Dictionary<ObjectKey, VirtualServiceSpec> _byKey = all.DistinctBy(static s => s.Key).ToDictionary(static s => s.Key);

        public VirtualServiceSpec? Find(ObjectKey key) => _byKey.GetValueOrDefault(key);

        public bool Equals(Index? other) => other is not null && _all == other._all;

        public override bool Equals(object? obj) => Equals(obj as Index);

        public override int GetHashCode() => _all.GetHashCode();
    }
}
