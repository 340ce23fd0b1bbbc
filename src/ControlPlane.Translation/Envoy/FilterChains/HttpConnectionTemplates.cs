using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Features.AuthorizationPolicy;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Features.RequestAuthentication;
using ControlPlane.Translation.Features.Telemetry;
using ControlPlane.Translation.Features.TrafficExtension;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Networks;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Proxies;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.Http.HeaderFormatters.PreserveCase.V3;
using Envoy.Extensions.RequestId.Uuid.V3;
using Google.Protobuf.WellKnownTypes;
using Istio.Mesh.V1Alpha1;
using Normalization = Istio.Mesh.V1Alpha1.MeshConfig.Types.ProxyPathNormalization.Types.NormalizationType;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>What the connection managers of a class have in common, per side.</summary>
public static class HttpConnectionTemplates
{
    private static readonly Derivation<Unit, Normalization> PathNormalization = new(
        "PathNormalization",
        static (reader, _) => reader.Get(MeshSettings.Current, Unit.Value).Config.PathNormalization?.Normalization ?? Normalization.Default);

    /// <summary>The template of one side of a sidecar, or of a gateway.</summary>
    public static Derivation<(ProxyClass Class, TelemetrySide Side), HttpConnectionTemplate> Of { get; } = new("HttpConnectionTemplate", static (reader, key) =>
    {
        var (proxy, side) = key;
        var settings = ProxyConfigs.Of(reader, proxy).ProxyHeaders;
        var workload = new WorkloadKey(proxy.Namespace, proxy.Labels);
        var tracing = reader.Get(Tracings.Of, (proxy, side));
        var manager = Common(proxy, reader.Get(PathNormalization, Unit.Value));
        ConnectionSettings.Apply(manager, ConnectionSettings.WithProfile(ProxyConfigs.ConnectionSettingsOf(reader, proxy), side == TelemetrySide.Gateway));
        ProxyHeaders.Apply(manager, settings, side);
        if (side == TelemetrySide.Inbound)
            ProxyHeaders.ApplyClientCertificate(manager, settings);
        if (side == TelemetrySide.Gateway)
            GatewayTopologies.Apply(manager, ProxyConfigs.Of(reader, proxy).GatewayTopology, reader.Get(MeshNetworksView.Current, Unit.Value));
        if (settings?.PreserveHttp1HeaderCase ?? false)
            (manager.HttpProtocolOptions ??= new()).HeaderKeyFormat = PreserveCase();
        manager.AccessLog.AddRange(reader.Get(AccessLogs.Of, (workload, side)).Http.Select(l => l.Message));
        manager.Tracing = tracing.Tracing?.Message;
        manager.RequestIdExtension = RequestId(tracing.UseRequestIdForSampling);
        var filters = Filters(settings, side, reader.Get(Metrics.Of, (workload, side)));
        if (side != TelemetrySide.Outbound)
            filters = filters.Concat(RequestAuthentications.Of(reader, workload, side == TelemetrySide.Gateway)).Concat(WorkloadAuthorization.Of(reader, workload).Http);
        if (side == TelemetrySide.Outbound && ResolvesUnknownHosts(reader, proxy))
            filters = filters.Append(DynamicForwardProxies.AnyHost(proxy));
        return new HttpConnectionTemplate(manager.Freeze(), filters.ToEquatableArray()) { Extensions = reader.Get(ExtensionFilters.Of, (workload, side)).Http };
    });

    private static bool ResolvesUnknownHosts(IReader reader, ProxyClass proxy) =>
        reader.Get(OutboundPolicy.OfScope, reader.Get(OutboundScopes.OfClass, proxy)).Mode == OutboundPolicyMode.AllowAnyDynamicDns;

    private static HttpConnectionManager Common(ProxyClass proxy, Normalization normalization)
    {
        var manager = new HttpConnectionManager
        {
            UseRemoteAddress = false,
            StreamIdleTimeout = new Duration(),
            Proxy100Continue = true,
            PathWithEscapedSlashesAction = HttpConnectionManager.Types.PathWithEscapedSlashesAction.KeepUnchanged,
            NormalizePath = normalization != Normalization.None,
            UpgradeConfigs = { new HttpConnectionManager.Types.UpgradeConfig { UpgradeType = "websocket" } },
        };
        if (normalization is Normalization.MergeSlashes or Normalization.DecodeAndMergeSlashes)
            manager.MergeSlashes = true;
        if (normalization == Normalization.DecodeAndMergeSlashes)
            manager.PathWithEscapedSlashesAction = HttpConnectionManager.Types.PathWithEscapedSlashesAction.UnescapeAndForward;
        if (proxy.MetadataText("HTTP10") == "1")
            manager.HttpProtocolOptions = new Http1ProtocolOptions { AcceptHttp10 = true };
        if (GoDurations.Parse(proxy.MetadataText("IDLE_TIMEOUT")) is { } idle)
            manager.CommonHttpProtocolOptions = new HttpProtocolOptions { IdleTimeout = idle };
        return manager;
    }

    private static IEnumerable<HttpFilterContribution> Filters(
        ProxyConfig.Types.ProxyHeaders? settings, TelemetrySide side, EquatableArray<Frozen<Any>> metrics)
    {
        if (side == TelemetrySide.Inbound)
        {
            yield return HttpFilters.InboundMetadataExchange;
        }
        else
        {
            var inMesh = settings?.MetadataExchangeHeaders?.Mode == ProxyConfig.Types.ProxyHeaders.Types.MetadataExchangeMode.InMesh;
            yield return inMesh ? HttpFilters.OutboundMetadataExchangeInMesh : HttpFilters.OutboundMetadataExchange;
            yield return HttpFilters.Alpn;
        }

        yield return HttpFilters.GrpcStats;
        yield return HttpFilters.Fault;
        yield return HttpFilters.Cors;
        foreach (var filter in Metrics.Http(metrics))
            yield return filter;
        yield return settings?.EnvoyDebugHeaders?.Disabled ?? false ? HttpFilters.QuietRouter : HttpFilters.Router;
    }

    private static RequestIDExtension RequestId(bool useForSampling) =>
        new() { TypedConfig = ProtoJson.Pack(new UuidRequestIdConfig { UseRequestIdForTraceSampling = useForSampling }) };

    private static Http1ProtocolOptions.Types.HeaderKeyFormat PreserveCase() => new()
    {
        StatefulFormatter = new TypedExtensionConfig { Name = "preserve_case", TypedConfig = ProtoJson.Pack(new PreserveCaseFormatterConfig()) },
    };
}
