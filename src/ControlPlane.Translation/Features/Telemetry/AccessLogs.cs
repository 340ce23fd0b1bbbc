using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using Envoy.Config.Accesslog.V3;
using Envoy.Extensions.AccessLoggers.Filters.Cel.V3;
using Istio.Mesh.V1Alpha1;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>
/// The access logs of a workload. Telemetry objects and default providers decide; only where these yield no logger at all, not even
/// a disabled one, the mesh settings accessLogFile and enableEnvoyAccessLogService do.
/// </summary>
public static class AccessLogs
{
    // NR: no filter chain took the connection, so no other log tells of it.
    private const string NoRoute = "NR";

    /// <summary>The access logs of one side of a workload.</summary>
    public static Derivation<(WorkloadKey Workload, TelemetrySide Side), AccessLogSettings> Of { get; } = new("AccessLogs", static (reader, key) =>
    {
        var mesh = reader.Get(MeshSettings.Current, Unit.Value).Config;
        var layers = reader.Get(Telemetries.OfWorkload, key.Workload);
        var defaults = reader.Get(ExtensionProviders.Defaults, Unit.Value).Message.AccessLogging;
        var merged = LoggingMerge.Merge(defaults, layers, key.Side);
        var providers = reader.Get(ExtensionProviders.All, Unit.Value);
        var logs = merged
            .Select(m => (Provider: ExtensionProviders.Find(providers, m.Key), Outcome: m.Value))
            .Where(m => m.Provider is not null)
            .OrderBy(m => m.Provider!.Name, StringComparer.Ordinal)
            .Select(m => (Log: AccessLogProviders.Of(reader, m.Provider!, mesh), m.Outcome))
            .Where(m => m.Log is not null)
            .ToList();
        if (logs.Count == 0)
            return OfMesh(mesh);
        var enabled = logs.Where(l => !l.Outcome.Disabled).ToList();
        var core = enabled.Select(l => Filtered(l.Log!, Cel(l.Outcome.Filter))).ToEquatableArray();
        var listener = mesh.DisableEnvoyListenerLog ? [] : enabled.Select(l => Filtered(l.Log!, NoRouteFlag(), Cel(l.Outcome.Filter))).ToEquatableArray();
        return new AccessLogSettings(core, core, listener);
    });

    private static AccessLogSettings OfMesh(MeshConfig mesh)
    {
        List<Frozen<AccessLog>> http = [], tcp = [], listener = [];
        if (mesh.AccessLogFile.Length > 0)
        {
            var file = AccessLogProviders.MeshFile(mesh.AccessLogFile, mesh);
            http.Add(file.Freeze());
            tcp.Add(file.Freeze());
            listener.Add(Filtered(file, NoRouteFlag()));
        }

        if (mesh.EnableEnvoyAccessLogService)
        {
            http.Add(AccessLogProviders.MeshHttpService().Freeze());
            tcp.Add(AccessLogProviders.MeshTcpService(listener: false).Freeze());
            listener.Add(Filtered(AccessLogProviders.MeshTcpService(listener: true), NoRouteFlag()));
        }

        return new AccessLogSettings([.. http], [.. tcp], mesh.DisableEnvoyListenerLog ? [] : [.. listener]);
    }

    private static Frozen<AccessLog> Filtered(AccessLog log, params AccessLogFilter?[] filters)
    {
        var given = filters.OfType<AccessLogFilter>().ToList();
        if (given.Count == 0)
            return log.Freeze();
        var result = log.Clone();
        if (given.Count == 1)
        {
            result.Filter = given[0];
        }
        else
        {
            result.Filter = new AccessLogFilter { AndFilter = new AndFilter() };
            result.Filter.AndFilter.Filters.AddRange(given);
        }

        return result.Freeze();
    }

    private static AccessLogFilter NoRouteFlag()
    {
        var filter = new ResponseFlagFilter();
        filter.Flags.Add(NoRoute);
        return new AccessLogFilter { ResponseFlagFilter = filter };
    }

    private static AccessLogFilter? Cel(string expression) => expression.Length == 0 ? null : new AccessLogFilter
    {
        ExtensionFilter = new global::Envoy.Config.Accesslog.V3.ExtensionFilter
        {
            Name = "envoy.access_loggers.extension_filters.cel",
            TypedConfig = ProtoJson.Pack(new ExpressionFilter { Expression = expression }),
        },
    };
}
