using ControlPlane.Translation.Envoy.Names;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Envoy.Secrets;

/// <summary>Where a proxy fetches certificates: from Istio's agent beside it.</summary>
internal static class SdsSecretConfigs
{
    /// <summary>The workload's own certificate and key.</summary>
    public const string WorkloadCertificate = "default";

    /// <summary>The roots of the mesh.</summary>
    public const string MeshRoots = "ROOTCA";

    /// <summary>
    /// A secret of the mesh that the agent serves; the proxy waits for it. A new message every time: messages are never shared between
    /// resources under construction.
    /// </summary>
    public static SdsSecretConfig FromAgent(string name)
    {
        var config = From(name, ClusterNames.SdsServer);
        config.SdsConfig.InitialFetchTimeout = new Duration();
        return config;
    }

    /// <summary>Files that the agent serves, under its name of them (file-cert:..., file-root:...).</summary>
    public static SdsSecretConfig FromFiles(string name) => From(name, ClusterNames.SdsServer);

    /// <summary>A secret that the server behind another cluster serves, called by a name of its own where one is given.</summary>
    public static SdsSecretConfig From(string name, string cluster, string authority = "") => new()
    {
        Name = name,
        SdsConfig = new ConfigSource
        {
            ApiConfigSource = new ApiConfigSource
            {
                ApiType = ApiConfigSource.Types.ApiType.Grpc,
                SetNodeOnFirstMessageOnly = true,
                TransportApiVersion = ApiVersion.V3,
                GrpcServices = { new GrpcService { EnvoyGrpc = new GrpcService.Types.EnvoyGrpc { ClusterName = cluster, Authority = authority } } },
            },
            ResourceApiVersion = ApiVersion.V3,
        },
    };
}
