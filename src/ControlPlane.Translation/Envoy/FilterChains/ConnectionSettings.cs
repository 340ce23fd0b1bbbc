using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Hcm = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager;
using Settings = Istio.Mesh.V1Alpha1.ProxyConfig.Types.ConnectionSettings;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>Applies connectionSettings of the proxy configuration to connection managers. They win over the mesh's path normalization.</summary>
internal static class ConnectionSettings
{
    private const int EdgeStreams = 100;
    private const int EdgeStreamWindow = 64 << 10;
    private const int EdgeConnectionWindow = 1 << 20;

    /// <summary>Buffer of a gateway's connections in the EDGE profile, bytes.</summary>
    public const int EdgeBuffer = 32 << 10;

    /// <summary>The settings with what the EDGE profile gives a gateway where nothing is set; sidecars don't know the profile.</summary>
    public static Settings? WithProfile(Settings? settings, bool gateway)
    {
        if (settings is null || !gateway || settings.Profile != Settings.Types.Profile.Edge)
            return settings;
        var result = settings.Clone();
        result.ListenerPerConnectionBufferLimitBytes ??= EdgeBuffer;
        result.HttpIdleTimeout ??= Minutes(60);
        result.HttpStreamIdleTimeout ??= Minutes(5);
        result.HttpRequestTimeout ??= Minutes(5);
        result.HttpRequestHeadersTimeout ??= Minutes(1);
        result.HttpMaxConcurrentStreams ??= EdgeStreams;
        result.Http2InitialStreamWindowSize ??= EdgeStreamWindow;
        result.Http2InitialConnectionWindowSize ??= EdgeConnectionWindow;
        if (result.HttpHeadersWithUnderscoresAction == Settings.Types.HeadersWithUnderscoresAction.HeadersWithUnderscoresUnspecified)
            result.HttpHeadersWithUnderscoresAction = Settings.Types.HeadersWithUnderscoresAction.HeadersWithUnderscoresRejectRequest;
        result.HttpMergeSlashes ??= true;
        if (result.HttpPathWithEscapedSlashesAction == Settings.Types.PathWithEscapedSlashesAction.PathWithEscapedSlashesUnspecified)
            result.HttpPathWithEscapedSlashesAction = Settings.Types.PathWithEscapedSlashesAction.UnescapeAndRedirect;
        return result;
    }

    /// <summary>Writes the settings into a connection manager.</summary>
    public static void Apply(Hcm manager, Settings? settings)
    {
        if (settings is null)
            return;
        if (settings.HttpIdleTimeout is { } idle)
            Common(manager).IdleTimeout = idle;
        if (settings.HttpMaxConnectionDuration is { } connection)
            Common(manager).MaxConnectionDuration = connection;
        if (settings.HttpMaxStreamDuration is { } stream)
            Common(manager).MaxStreamDuration = stream;
        manager.StreamIdleTimeout = settings.HttpStreamIdleTimeout ?? manager.StreamIdleTimeout;
        manager.RequestTimeout = settings.HttpRequestTimeout ?? manager.RequestTimeout;
        manager.RequestHeadersTimeout = settings.HttpRequestHeadersTimeout ?? manager.RequestHeadersTimeout;
        manager.DrainTimeout = settings.HttpDrainTimeout ?? manager.DrainTimeout;
        ApplyHttp2(manager, settings);
        if (settings.HttpHeadersWithUnderscoresAction != Settings.Types.HeadersWithUnderscoresAction.HeadersWithUnderscoresUnspecified)
            Common(manager).HeadersWithUnderscoresAction = Convert(settings.HttpHeadersWithUnderscoresAction);
        manager.MergeSlashes = settings.HttpMergeSlashes ?? manager.MergeSlashes;
        if (settings.HttpPathWithEscapedSlashesAction != Settings.Types.PathWithEscapedSlashesAction.PathWithEscapedSlashesUnspecified)
            manager.PathWithEscapedSlashesAction = Convert(settings.HttpPathWithEscapedSlashesAction);
    }

    private static void ApplyHttp2(Hcm manager, Settings settings)
    {
        if (settings.HttpMaxConcurrentStreams is null && settings.Http2InitialStreamWindowSize is null && settings.Http2InitialConnectionWindowSize is null)
            return;
        var options = manager.Http2ProtocolOptions ??= new Http2ProtocolOptions();
        options.MaxConcurrentStreams = Unsigned(settings.HttpMaxConcurrentStreams) ?? options.MaxConcurrentStreams;
        options.InitialStreamWindowSize = Unsigned(settings.Http2InitialStreamWindowSize) ?? options.InitialStreamWindowSize;
        options.InitialConnectionWindowSize = Unsigned(settings.Http2InitialConnectionWindowSize) ?? options.InitialConnectionWindowSize;
    }

    private static HttpProtocolOptions Common(Hcm manager) => manager.CommonHttpProtocolOptions ??= new HttpProtocolOptions();

    private static uint? Unsigned(int? value) => value is >= 0 ? (uint)value : null;

    private static Duration Minutes(int count) => Duration.FromTimeSpan(TimeSpan.FromMinutes(count));

    private static HttpProtocolOptions.Types.HeadersWithUnderscoresAction Convert(Settings.Types.HeadersWithUnderscoresAction action) => action switch
    {
        Settings.Types.HeadersWithUnderscoresAction.HeadersWithUnderscoresRejectRequest => HttpProtocolOptions.Types.HeadersWithUnderscoresAction.RejectRequest,
        Settings.Types.HeadersWithUnderscoresAction.HeadersWithUnderscoresDropHeader => HttpProtocolOptions.Types.HeadersWithUnderscoresAction.DropHeader,
        _ => HttpProtocolOptions.Types.HeadersWithUnderscoresAction.Allow,
    };

    private static Hcm.Types.PathWithEscapedSlashesAction Convert(Settings.Types.PathWithEscapedSlashesAction action) => action switch
    {
        Settings.Types.PathWithEscapedSlashesAction.RejectRequest => Hcm.Types.PathWithEscapedSlashesAction.RejectRequest,
        Settings.Types.PathWithEscapedSlashesAction.UnescapeAndRedirect => Hcm.Types.PathWithEscapedSlashesAction.UnescapeAndRedirect,
        Settings.Types.PathWithEscapedSlashesAction.UnescapeAndForward => Hcm.Types.PathWithEscapedSlashesAction.UnescapeAndForward,
        _ => Hcm.Types.PathWithEscapedSlashesAction.KeepUnchanged,
    };
}
