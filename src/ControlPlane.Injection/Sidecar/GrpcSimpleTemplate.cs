using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Sidecar;

/// <summary>The template grpc-simple: no proxy; an init container writes the file by which gRPC itself speaks xDS, in plain text.</summary>
internal sealed class GrpcSimpleTemplate : IPodTemplate
{
    private const string Volume = "grpc-io-proxyless-bootstrap";
    private const string Directory = "/var/lib/grpc/data/";
    private const string Bootstrap = Directory + "bootstrap.json";

    // The file's content follows gRPC's definition of its bootstrap; the names in it are what Istio's agents and tests expect.
    private const string Script =
        """
        NODE_ID="sidecar~${INSTANCE_IP}~${POD_NAME}.${POD_NAMESPACE}~cluster.local"
        SERVER_URI="dns:///istiod.${ISTIO_NAMESPACE}.svc:15010"
        echo '
        {
          "xds_servers": [
            {
              "server_uri": "'${SERVER_URI}'",
              "channel_creds": [{"type": "insecure"}],
              "server_features" : ["xds_v3"]
            }
          ],
          "node": {
            "id": "'${NODE_ID}'",
            "metadata": {
              "GENERATOR": "grpc"
            }
          }
        }' > /var/lib/grpc/data/bootstrap.json
        """;

    /// <inheritdoc/>
    public JsonObject Render(TemplateInput input)
    {
        var init = new JsonObject
        {
            ["name"] = "grpc-bootstrap-init",
            ["image"] = "busybox:1.28",
            ["volumeMounts"] = JsonTree.ListOf([ProxyVolumes.Mount(Volume, Directory)]),
            ["env"] = new EnvironmentList()
                .Field("INSTANCE_IP", "status.podIP").Field("POD_NAME", "metadata.name").Field("POD_NAMESPACE", "metadata.namespace")
                .Text("ISTIO_NAMESPACE", input.Values.Mesh.IstioNamespace + "\n").Items,
            ["command"] = JsonTree.Texts("sh", "-c", Script),
        };
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [AnnotationNames.RewriteProbes] = "false" } },
            ["spec"] = new JsonObject
            {
                ["initContainers"] = JsonTree.ListOf([init]),
                ["containers"] = JsonTree.ListOf(input.Containers.Select(Application)),
                ["volumes"] = JsonTree.ListOf([ProxyVolumes.Empty(Volume)]),
            },
        };
    }

    private static JsonObject Application(JsonObject container) => new()
    {
        ["name"] = container.Text("name"),
        ["env"] = new EnvironmentList()
            .Text("GRPC_XDS_BOOTSTRAP", Bootstrap).Text("GRPC_GO_LOG_VERBOSITY_LEVEL", "99").Text("GRPC_GO_LOG_SEVERITY_LEVEL", "info").Items,
        ["volumeMounts"] = JsonTree.ListOf([ProxyVolumes.Mount(Volume, Directory)]),
    };
}
