using ControlPlane.Model.Delivery;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Encoding;
using ControlPlane.Pipeline.Engine;
using ControlPlane.Pipeline.Gate;
using ControlPlane.Translation;
using Google.Protobuf;

namespace ControlPlane.Pipeline.Offline;

/// <summary>
/// Computes what proxies would receive from one snapshot, without engine or streams: by the same families, encoder and gate.
/// Proxies of one instance share what is equal. Not thread-safe.
/// </summary>
public sealed class OfflineTranslation
{
    private readonly DerivationGraph _graph;
    private readonly BoundFamilies _families;

    /// <summary>Makes a translation of a snapshot.</summary>
    /// <param name="snapshot">Everything watched.</param>
    /// <param name="observer">Hears of refusals and faults.</param>
    /// <param name="check">What every Envoy would refuse in a message; the gate's rules where null.</param>
    public OfflineTranslation(MeshSnapshot snapshot, IEngineObserver? observer = null, Func<IMessage, IReadOnlyList<string>>? check = null)
    {
        _graph = new DerivationGraph(snapshot);
        _families = new BoundFamilies(Translator.Families, new ResourceEncoder(check ?? new ResourceValidator().Explain, observer ?? NullEngineObserver.Instance));
    }

    /// <summary>What is wrong with a configuration object, or has no effect in it.</summary>
    /// <param name="kind">Kind, as its table is called.</param>
    /// <param name="key">Namespace and name.</param>
    public IReadOnlyCollection<Diagnostic> Explain(string kind, ObjectKey key) => _graph.Get(FeatureCatalog.Diagnostics, (kind, key));

    /// <summary>Everything that one proxy would receive.</summary>
    /// <param name="proxy">The proxy.</param>
    /// <param name="asked">Names that it asks for per type; they matter only for types whose sets depend on them.</param>
    public EncodedConfig Translate(ProxyDescriptor proxy, IReadOnlyDictionary<XdsType, NameSet>? asked = null)
    {
        var proxyClass = _graph.Get(Translator.Classify, proxy);
        var sets = _families.All.ToDictionary(
            f => f.Family.Type,
            f => _graph.Get(f.Set, BoundFamilies.Scope(f.Family, proxyClass, t => asked?.GetValueOrDefault(t) ?? NameSet.Empty)));
        return new EncodedConfig(_graph.Snapshot.Number, sets);
    }
}
