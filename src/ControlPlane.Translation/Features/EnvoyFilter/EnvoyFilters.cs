using System.Text.Json;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Proxies;
using ApplyTo = Istio.Networking.V1Alpha3.EnvoyFilter.Types.ApplyTo;
using PatchContext = Istio.Networking.V1Alpha3.EnvoyFilter.Types.PatchContext;

namespace ControlPlane.Translation.Features.EnvoyFilter;

/// <summary>
/// Which patches act on a class of proxies, in order: by priority; of equal priority those of the root namespace go before those of the proxy's
/// own, then older before younger, then by name.
/// </summary>
public static class EnvoyFilters
{
    /// <summary>The objects.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config("EnvoyFilter");

    private static readonly TableIndex<ConfigObject, string> ByNamespace = new(Table, static o => [o.Meta.Namespace]);

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<EnvoyFilterSpec>> Object { get; } = new(
        "EnvoyFilter.Object", static (reader, key) => reader.Find(Table, key) is { } source ? EnvoyFilterReader.Read(source) : new(null, []));

    private static readonly Derivation<string, EquatableArray<EnvoyFilterSpec>> OfNamespace = new(
        "EnvoyFilter.OfNamespace",
        static (reader, @namespace) => reader.Lookup(ByNamespace, @namespace).Select(o => reader.Get(Object, o.Key).Spec).OfType<EnvoyFilterSpec>().ToEquatableArray());

    /// <summary>The objects that select a workload, in order.</summary>
    private static readonly Derivation<WorkloadKey, EquatableArray<EnvoyFilterSpec>> OfWorkload = new("EnvoyFilter.OfWorkload", static (reader, workload) =>
    {
        var root = reader.Get(PeerAuthentications.RootNamespace, Unit.Value);
        var own = reader.Get(OfNamespace, workload.Namespace).Where(f => f.Targets.Match(workload.Labels));
        var mesh = workload.Namespace == root ? [] : reader.Get(OfNamespace, root).Where(f => !f.Targets.HasTargets && f.Targets.Match(workload.Labels));
        return mesh.Concat(own)
            .OrderBy(static f => f.Priority)
            .ThenBy(f => f.Key.Namespace == root ? 0 : 1)
            .ThenBy(static f => f.CreationTime)
            .ThenBy(static f => $"{f.Key.Name}.{f.Key.Namespace}", StringComparer.Ordinal)
            .ToEquatableArray();
    });

    /// <summary>Whether the version of a proxy matches an expression, anywhere in it.</summary>
    private static readonly Derivation<(string Pattern, string Version), bool> VersionMatches = new("EnvoyFilter.VersionMatches", static (_, key) =>
        key.Version.Length > 0 && ProxyVersions.Parse(key.Pattern) is { } expression && expression.IsMatch(key.Version));

    /// <summary>The patches of a class that concern one type of resources; null where there are none.</summary>
    public static Derivation<(ProxyClass Class, XdsType Type), PatchSet?> OfClass { get; } = new("EnvoyFilter.OfClass", static (reader, key) =>
    {
        var (proxy, type) = key;
        if (proxy.IsGrpc || proxy.Type is not (ProxyType.Sidecar or ProxyType.Router))
            return null;
        var gateway = proxy.Type == ProxyType.Router;
        var patches = reader.Get(OfWorkload, new WorkloadKey(proxy.Namespace, proxy.Labels))
            .SelectMany(f => f.Patches)
            .Where(p => Concerns(p, type, gateway) && MatchesProxy(reader, p, proxy))
            .ToEquatableArray();
        return patches.IsEmpty ? null : new PatchSet(gateway, patches);
    });

    /// <summary>Keys of the nodes' metadata that patches compare, sorted.</summary>
    public static Derivation<Unit, EquatableArray<string>> MetadataKeys { get; } = new("EnvoyFilter.MetadataKeys", static (reader, _) =>
        reader.All(Table)
            .Select(o => reader.Get(Object, o.Key).Spec)
            .OfType<EnvoyFilterSpec>()
            .SelectMany(f => f.Patches)
            .SelectMany(p => p.Match.Message.Proxy?.Metadata.Keys ?? [])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ToEquatableArray());

    private static bool Concerns(EnvoyPatch patch, XdsType type, bool gateway)
    {
        if (type == XdsType.ExtensionConfig)
            return patch.ApplyTo == ApplyTo.ExtensionConfig;
        if (gateway ? !patch.IsFor(PatchContext.Gateway) : !patch.IsFor(PatchContext.SidecarInbound) && !patch.IsFor(PatchContext.SidecarOutbound))
            return false;
        return type switch
        {
            // The routes of inbound ports are parts of their listeners.
            XdsType.Listener => patch.ConcernsListeners || (!gateway && patch.ConcernsRoutes && patch.IsFor(PatchContext.SidecarInbound)),
            XdsType.Route => patch.ConcernsRoutes && (gateway || patch.IsFor(PatchContext.SidecarOutbound)),
            XdsType.Cluster => patch.ApplyTo == ApplyTo.Cluster,
            _ => false,
        };
    }

    private static bool MatchesProxy(IReader reader, EnvoyPatch patch, ProxyClass proxy)
    {
        if (patch.Match.Message.Proxy is not { } match)
            return true;
        return (match.ProxyVersion.Length == 0 || reader.Get(VersionMatches, (match.ProxyVersion, proxy.IstioVersion)))
            && match.Metadata.All(m => proxy.Metadata[m.Key] is { } json && IsText(json, m.Value));
    }

    /// <summary>As with istiod, what is no text equals none.</summary>
    private static bool IsText(string json, string text)
    {
        if (!json.StartsWith('"'))
            return false;
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueEquals(text);
    }
}
