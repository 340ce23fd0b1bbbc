using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy.Capabilities;
using ControlPlane.Translation.Resources;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Cluster.V3;

namespace ControlPlane.Translation.Tests.Envoy.Capabilities;

public class CapabilitySubstitutionTests
{
    [Fact]
    public void AnyResource_ForAProxyWithEverything_IsTheVerySame()
    {
        var resource = new EnvoyResource(XdsType.Cluster, "c", new Cluster { Name = "c" });

        Assert.Same(resource, CapabilitySubstitution.Apply(resource, ProxyCapabilities.Full));
    }

    [Fact]
    public void Endpoints_ForACoreEnvoy_AreTheVerySame()
    {
        var resource = new EnvoyResource(XdsType.Endpoint, "c", new ClusterLoadAssignment { ClusterName = "c" });

        Assert.Same(resource, CapabilitySubstitution.Apply(resource, Substituted.Core));
    }

    [Fact]
    public void References_OfASubstitutedResource_AreKept()
    {
        var resource = new EnvoyResource(XdsType.Cluster, "c", new Cluster { Name = "c" }) { References = ["e"] };

        Assert.Equal(resource.References, CapabilitySubstitution.Apply(resource, Substituted.Core).References);
    }

    [Fact]
    public void AgentlessProxyWithAllExtensions_KeepsTheFiltersButAsksUsForSecrets()
    {
        var listener = Substituted.Listener(
            """
            {"name": "l", "filterChains": [{
              "filters": [{"name": "istio.stats", "typedConfig": {"@type": "type.googleapis.com/stats.PluginConfig"}}],
              "transportSocket": {"name": "tls", "typedConfig": {
                "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
                "commonTlsContext": {"alpnProtocols": ["istio-peer-exchange", "h2"], "tlsCertificateSdsSecretConfigs": [{
                  "name": "default", "sdsConfig": {"initialFetchTimeout": "0s", "resourceApiVersion": "V3",
                    "apiConfigSource": {"apiType": "GRPC", "grpcServices": [{"envoyGrpc": {"clusterName": "sds-grpc"}}]}}}]}}}}]}
            """,
            new ProxyCapabilities([], true));

        var chain = listener["filterChains"]![0]!;
        Assert.Single(chain["filters"]!.AsArray());
        Substituted.Equal(
            """
            {"alpnProtocols": ["istio-peer-exchange", "h2"], "tlsCertificateSdsSecretConfigs": [{
              "name": "default", "sdsConfig": {"ads": {}, "initialFetchTimeout": "0s", "resourceApiVersion": "V3"}}]}
            """,
            chain["transportSocket"]!["typedConfig"]!["commonTlsContext"]);
    }
}
