using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Features.Sidecar;
using ControlPlane.Translation.Views.Outbound;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>The VirtualServices of sidecars by egress listener, in parts, so that an edit reaches only what reads the part.</summary>
internal static class ImportedVirtualServices
{
    /// <summary>Those that an egress listener imports, in order. A single imported host suffices.</summary>
    public static Derivation<(OutboundScope Scope, int Listener), VirtualServiceIndex> Of { get; } = new(
        "VirtualServices.Imported",
        static (reader, key) =>
        {
            var visible = reader.Get(VirtualServices.Of, (key.Scope.Namespace, VirtualServiceSpec.Mesh));
            if (visible.IsEmpty)
                return new VirtualServiceIndex(visible);
            var imports = new HostImports(reader.Get(OutboundScopes.Imports, key), key.Scope.Namespace);
            return new VirtualServiceIndex(visible.Where(s => imports.ImportsRule(s.Key.Namespace, s.Hosts, strict: s.IsKubernetesRoute)).ToEquatableArray());
        });

    /// <summary>What they say of connections.</summary>
    public static Derivation<(OutboundScope Scope, int Listener), EquatableArray<ConnectionRules>> Connections { get; } = new(
        "VirtualServices.Connections",
        static (reader, key) => reader.Get(Of, key).All
            .Where(s => !s.Tls.IsEmpty || !s.Tcp.IsEmpty)
            .Select(s => new ConnectionRules(s.Key, s.Hosts, s.Tls, s.Tcp))
            .ToEquatableArray());

    /// <summary>The hosts that their routes lead to, per VirtualService in order.</summary>
    public static Derivation<(OutboundScope Scope, int Listener), EquatableArray<DestinationPorts>> Reached { get; } = new(
        "VirtualServices.Reached",
        static (reader, key) => reader.Get(Of, key).All.SelectMany(s => Destinations.Of(s, key.Scope.Namespace)).Distinct().ToEquatableArray());

    /// <summary>Labels of proxies that some match looks at, sorted: proxies that agree on them get the same routes.</summary>
    public static Derivation<OutboundScope, EquatableArray<string>> SourceLabels { get; } = new("VirtualServices.SourceLabels", static (reader, scope) =>
        reader.Get(OutboundScopes.Listeners, scope)
            .SelectMany(l => reader.Get(Of, (scope, l.Index)).All)
            .SelectMany(LabelsOf)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToEquatableArray());

    private static IEnumerable<string> LabelsOf(VirtualServiceSpec spec) =>
        spec.Http.SelectMany(r => r.Message.Match).SelectMany(m => m.SourceLabels.Keys)
            .Concat(spec.Tls.SelectMany(r => r.Message.Match).SelectMany(m => m.SourceLabels.Keys))
            .Concat(spec.Tcp.SelectMany(r => r.Message.Match).SelectMany(m => m.SourceLabels.Keys));
}
