using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.Selection;
using Istio.Extensions.V1Alpha1;
using Phase = Istio.Extensions.V1Alpha1.TrafficExtension.Types.ExecutionPhase;

namespace ControlPlane.Translation.Features.TrafficExtension;

/// <summary>A filter of the user's own in the proxies of some workloads, from a TrafficExtension or a WasmPlugin.</summary>
public sealed record TrafficExtensionSpec
{
    /// <summary>Namespace and name of the object; <see cref="Name"/> is what the filter is called after.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>Its name: of a WasmPlugin with a mark, so that it is nobody else's.</summary>
    public required string Name { get; init; }

    /// <summary>Age: of equal priority older ones come first.</summary>
    public required DateTime CreationTime { get; init; }

    /// <summary>The workloads; in the root namespace those of all namespaces.</summary>
    public required PolicyTargets Targets { get; init; }

    /// <summary>Where among the filters it stands.</summary>
    public required Phase Phase { get; init; }

    /// <summary>Within a phase the higher comes first, and none last of all.</summary>
    public int? Priority { get; init; }

    /// <summary>The traffic that it sees; none for all.</summary>
    public EquatableArray<TrafficMatch> Match { get; init; }

    /// <summary>The Wasm module with its settings, null for Lua.</summary>
    public Frozen<WasmConfig>? Wasm { get; init; }

    /// <summary>The Lua script, "" for Wasm.</summary>
    public string Lua { get; init; } = "";

    /// <summary>Resource version of the object: with it Istio's agent tells whether a module with a floating tag is to be fetched again.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>Name of the filter, and of its resource of type ECDS.</summary>
    public string ResourceName => $"extensions.istio.io/trafficextension/{Key.Namespace}.{Name}";

    /// <summary>Whether it comes from a WasmPlugin.</summary>
    public bool IsPlugin => Name != Key.Name;

    /// <summary>Whether it handles connections; else it handles requests.</summary>
    public bool HandlesConnections => Wasm?.Message.Type == PluginType.Network;
}
