using System.Text.Json.Nodes;
using ControlPlane.Pipeline.Gate;
using ControlPlane.Testing;
using ControlPlane.Translation.Envoy;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ControlPlane.Pipeline.Tests.Gate;

/// <summary>What istiod sends must pass, but for what an Envoy refuses of it: a rule that is too strict would withhold sound configuration.</summary>
public class ConformanceValidationTests
{
    private const string Cases = "conformance/cases";

    [SharedTheory(Cases)]
    [InlineData("listeners.json")]
    [InlineData("routes.json")]
    [InlineData("clusters.json")]
    [InlineData("endpoints.json")]
    [InlineData("secrets.json")]
    [InlineData("extensions.json")]
    public void ResourcesOfEveryCase_Validated_PassUnlessEnvoyRefusesThem(string file)
    {
        var validator = new ResourceValidator();
        var type = TypeOf(file);
        var found = new List<string>();
        int count = 0;
        foreach (string path in Directory.EnumerateFiles(SharedDirectory.Path(Cases), file, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (IsGrpc(path))
                continue;
            foreach (var resource in JsonNode.Parse(File.ReadAllText(path))!.AsArray())
            {
                count++;
                string name = $"{Path.GetRelativePath(SharedDirectory.Path(Cases), path)} {resource!["name"] ?? resource["clusterName"]}";
                found.AddRange(validator.Explain(Read(resource, type)).Select(fault => $"{name}: {fault}"));
            }
        }

        Assert.Equal(RefusedByEnvoy(file), found);
        Assert.True(count > 0);
    }

    /// <summary>
    /// What Envoy refuses of istiod's answers by its rules: routing on a claim without a value becomes an empty match, for which no Envoy takes the
    /// whole route configuration.
    /// </summary>
    private static string[] RefusedByEnvoy(string file)
    {
        if (file != "routes.json")
            return [];
        const string Matchers = "virtual_hosts[0].routes[3].match.dynamic_metadata[0].value.or_match.value_matchers";
        const string Reason = "one of its fields must be set: exact, prefix, suffix, safe_regex, contains, custom";
        return
        [
            .. from route in new[] { "http.8080", "https.443.https.edge.istio-system" }
               from matcher in new[] { "[0].list_match.one_of.string_match", "[1].string_match" }
               select $"authn-gateway-claim-routing/proxies/gateway/routes.json {route}: {Matchers}{matcher}.match_pattern: {Reason}",
        ];
    }

    /// <summary>What a gRPC library reads does not follow Envoy's rules, nor need it.</summary>
    private static bool IsGrpc(string path)
    {
        var node = JsonNode.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "node.json")))!;
        return node["metadata"]?["GENERATOR"]?.GetValue<string>() == "grpc";
    }

    /// <summary>Google's parser refuses an empty Any, which a Wasm filter without configuration has.</summary>
    private static IMessage Read(JsonNode resource, MessageDescriptor type)
    {
        if (resource["typedConfig"]?["config"] is JsonObject wasm && wasm["configuration"] is JsonObject { Count: 0 })
            wasm.Remove("configuration");
        return ProtoTypes.JsonParser.Parse(resource.ToJsonString(), type);
    }

    private static MessageDescriptor TypeOf(string file) => file switch
    {
        "listeners.json" => Listener.Descriptor,
        "routes.json" => RouteConfiguration.Descriptor,
        "clusters.json" => Cluster.Descriptor,
        "endpoints.json" => ClusterLoadAssignment.Descriptor,
        "secrets.json" => Secret.Descriptor,
        "extensions.json" => TypedExtensionConfig.Descriptor,
        _ => throw new ArgumentOutOfRangeException(nameof(file), file, "no resource type"),
    };
}
