using Envoy.Config.Core.V3;
using Envoy.Extensions.Http.HeaderFormatters.PreserveCase.V3;
using Google.Protobuf.WellKnownTypes;
using HttpProtocolOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;
using H2Policy = Istio.Networking.V1Alpha3.ConnectionPoolSettings.Types.HTTPSettings.Types.H2UpgradePolicy;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Which version of HTTP a cluster speaks.</summary>
internal static class HttpVersions
{
    private static readonly Duration PassthroughIdleTimeout = new() { Seconds = 300 };

    /// <summary>Options of clusters that pass anything: whatever the client speaks.</summary>
    public static HttpProtocolOptions Passthrough(bool preserveCase)
    {
        var options = new HttpProtocolOptions { CommonHttpProtocolOptions = new global::Envoy.Config.Core.V3.HttpProtocolOptions { IdleTimeout = PassthroughIdleTimeout } };
        if (preserveCase)
            options.ExplicitHttpConfig = PreservesCase();
        UseDownstream(options);
        return options;
    }

    /// <summary>Sets what the protocol of the port asks for.</summary>
    public static void Apply(HttpProtocolOptions options, UpstreamProtocol protocol, bool preserveCase)
    {
        if (protocol == UpstreamProtocol.Http2)
        {
            UseHttp2(options);
            return;
        }

        if (preserveCase && protocol != UpstreamProtocol.Tcp)
            options.ExplicitHttpConfig = PreservesCase();
        if (protocol == UpstreamProtocol.Detected)
            UseDownstream(options);
    }

    /// <summary>Raises HTTP/1.1 to HTTP/2 where the rule or the mesh asks for it; a port that is not HTTP only by rule.</summary>
    public static void Upgrade(HttpProtocolOptions options, UpstreamProtocol protocol, ClusterSettings mesh, ClusterPolicy policy)
    {
        var http = policy.ConnectionPool?.Http;
        if (http?.UseClientProtocol == true || http?.H2UpgradePolicy == H2Policy.DoNotUpgrade)
            return;
        if (http?.H2UpgradePolicy == H2Policy.Upgrade || (mesh.UpgradeToHttp2 && protocol == UpstreamProtocol.Http))
            UseHttp2(options);
    }

    /// <summary>Speaks what the client speaks, HTTP/1.1 with the options that were set before.</summary>
    public static void UseDownstream(HttpProtocolOptions options)
    {
        var http1 = options.ExplicitHttpConfig?.HttpProtocolOptions ?? new Http1ProtocolOptions();
        options.UseDownstreamProtocolConfig = new HttpProtocolOptions.Types.UseDownstreamHttpConfig
        {
            HttpProtocolOptions = http1,
            Http2ProtocolOptions = new Http2ProtocolOptions(),
        };
    }

    /// <summary>Whether HTTP/2 is spoken without asking.</summary>
    public static bool IsHttp2(HttpProtocolOptions options) => options.ExplicitHttpConfig?.Http2ProtocolOptions is not null;

    /// <summary>Envoy wants to be told a version wherever there are options at all: HTTP/1.1 where nothing was set.</summary>
    public static HttpProtocolOptions Complete(HttpProtocolOptions options)
    {
        if (options.UpstreamProtocolOptionsCase == HttpProtocolOptions.UpstreamProtocolOptionsOneofCase.None)
            options.ExplicitHttpConfig = new HttpProtocolOptions.Types.ExplicitHttpConfig { HttpProtocolOptions = new Http1ProtocolOptions() };
        return options;
    }

    private static void UseHttp2(HttpProtocolOptions options)
    {
        if (options.UpstreamProtocolOptionsCase == HttpProtocolOptions.UpstreamProtocolOptionsOneofCase.None)
            options.ExplicitHttpConfig = new HttpProtocolOptions.Types.ExplicitHttpConfig { Http2ProtocolOptions = new Http2ProtocolOptions() };
    }

    private static HttpProtocolOptions.Types.ExplicitHttpConfig PreservesCase() => new()
    {
        HttpProtocolOptions = new Http1ProtocolOptions
        {
            HeaderKeyFormat = new Http1ProtocolOptions.Types.HeaderKeyFormat
            {
                StatefulFormatter = new TypedExtensionConfig
                {
                    Name = "preserve_case",
                    TypedConfig = ProtoJson.Pack(new PreserveCaseFormatterConfig()),
                },
            },
        },
    };
}
