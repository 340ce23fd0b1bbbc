using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.FilterChains;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Features.Telemetry;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Http.Lua.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;
using Istio.Type.V1Beta1;
using HttpRbac = Envoy.Extensions.Filters.Http.Rbac.V3.RBAC;
using HttpWasm = Envoy.Extensions.Filters.Http.Wasm.V3.Wasm;
using NetworkRbac = Envoy.Extensions.Filters.Network.Rbac.V3.RBAC;
using NetworkWasm = Envoy.Extensions.Filters.Network.Wasm.V3.Wasm;
using Phase = Istio.Extensions.V1Alpha1.TrafficExtension.Types.ExecutionPhase;

namespace ControlPlane.Translation.Features.TrafficExtension;

/// <summary>The filters of the user's own on one side of a workload. Wasm is discovered (ECDS), Lua stands in the chain.</summary>
/// <param name="Http">Those that handle requests, in order.</param>
/// <param name="Network">Those that handle connections, in order.</param>
public sealed record ExtensionFilters(EquatableArray<PortFilter<HttpFilterContribution>> Http, EquatableArray<PortFilter<NetworkFilterContribution>> Network)
{
    private const string TypePrefix = "type.googleapis.com/";

    // What Istio's agent puts in place of a module that it can't fetch.
    private static readonly string[] HttpTypes = [TypePrefix + ProtoJson.NameOf<HttpWasm>(), TypePrefix + ProtoJson.NameOf<HttpRbac>()];
    private static readonly string[] NetworkTypes = [TypePrefix + ProtoJson.NameOf<NetworkWasm>(), TypePrefix + ProtoJson.NameOf<NetworkRbac>()];

    /// <summary>The filters of one side of a workload.</summary>
    public static Derivation<(WorkloadKey Workload, TelemetrySide Side), ExtensionFilters> Of { get; } = new("ExtensionFilters", static (reader, key) =>
    {
        var http = new List<PortFilter<HttpFilterContribution>>();
        var network = new List<PortFilter<NetworkFilterContribution>>();
        foreach (var extension in reader.Get(TrafficExtensions.OfWorkload, key.Workload))
        {
            if (Ports(extension, key.Side) is not { } ports)
                continue;
            if (extension.HandlesConnections)
                network.Add(new(ports, new NetworkFilterContribution(NetworkSlot(extension.Phase), ForConnections(extension).Freeze())));
            else
                http.Add(new(ports, new HttpFilterContribution(HttpSlot(extension.Phase), ForRequests(extension).Freeze())));
        }

        return new ExtensionFilters(http.ToEquatableArray(), network.ToEquatableArray());
    });

    /// <summary>The ports that an extension sees on a side, none for all; null where it sees nothing there.</summary>
    private static EquatableArray<int>? Ports(TrafficExtensionSpec extension, TelemetrySide side)
    {
        if (extension.Match.IsEmpty)
            return EquatableArray<int>.Empty;
        var own = side == TelemetrySide.Inbound ? WorkloadMode.Server : WorkloadMode.Client;
        var fitting = extension.Match.Where(m => m.Mode is WorkloadMode.Undefined or WorkloadMode.ClientAndServer || m.Mode == own).ToList();
        if (fitting.Count == 0)
            return null;
        return fitting.Exists(m => m.Ports.IsEmpty) ? EquatableArray<int>.Empty : fitting.SelectMany(m => m.Ports).Distinct().Order().ToEquatableArray();
    }

    private static HttpFilter ForRequests(TrafficExtensionSpec extension)
    {
        var filter = new HttpFilter { Name = extension.ResourceName };
        if (extension.Wasm is null)
            filter.TypedConfig = ProtoJson.Pack(new Lua { DefaultSourceCode = new DataSource { InlineString = extension.Lua } });
        else
            filter.ConfigDiscovery = Discovery(HttpTypes);
        return filter;
    }

    private static Filter ForConnections(TrafficExtensionSpec extension) => new() { Name = extension.ResourceName, ConfigDiscovery = Discovery(NetworkTypes) };

    /// <summary>Listeners wait for the configuration: without it nothing is let through, for it may decide who may.</summary>
    private static ExtensionConfigSource Discovery(string[] types)
    {
        var source = new ExtensionConfigSource
        {
            ConfigSource = new ConfigSource { Ads = new AggregatedConfigSource(), InitialFetchTimeout = new Duration(), ResourceApiVersion = ApiVersion.V3 },
        };
        source.TypeUrls.AddRange(types);
        return source;
    }

    private static HttpFilterSlot HttpSlot(Phase phase) => phase switch
    {
        Phase.Authn => HttpFilterSlot.AuthenticationExtension,
        Phase.Authz => HttpFilterSlot.AuthorizationExtension,
        Phase.Stats => HttpFilterSlot.StatsExtension,
        _ => HttpFilterSlot.Extension,
    };

    private static NetworkFilterSlot NetworkSlot(Phase phase) => phase switch
    {
        Phase.Authn => NetworkFilterSlot.AuthenticationExtension,
        Phase.Authz => NetworkFilterSlot.AuthorizationExtension,
        Phase.Stats => NetworkFilterSlot.StatsExtension,
        _ => NetworkFilterSlot.Extension,
    };
}
