using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ControlPlane.Testing;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Json;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf.Reflection;
using Istio.Networking.Nds.V1;

namespace ControlPlane.Protos.Tests;

public partial class ConformanceRoundTripTests
{
    private const string Cases = "conformance/cases";

    [SharedTheory(Cases)]
    [InlineData("listeners.json")]
    [InlineData("routes.json")]
    [InlineData("clusters.json")]
    [InlineData("endpoints.json")]
    [InlineData("names.json")]
    [InlineData("secrets.json")]
    [InlineData("extensions.json")]
    [InlineData("node.json")]
    public void ResourcesOfEveryCase_ReadAndPrinted_AreTheSame(string file)
    {
        var type = TypeOf(file);
        int count = 0;
        var differences = new List<string>();
        foreach (string path in Directory.EnumerateFiles(SharedDirectory.Path(Cases), file, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var read = JsonNode.Parse(File.ReadAllText(path))!;
            foreach (var resource in read is JsonArray many ? many.ToList() : [read])
            {
                count++;
                Simplify(resource!);
                Compare(path, resource!, type, differences);
            }
        }

        Assert.Empty(differences.Take(20));
        Assert.True(count > 0);
    }

    [SharedFact(Cases)]
    public void TypesNamedByTheCases_AreAllKnown()
    {
        var unknown = Directory.EnumerateFiles(SharedDirectory.Path(Cases), "*.json", SearchOption.AllDirectories)
            .SelectMany(path => TypeUrl().Matches(File.ReadAllText(path)).Select(match => match.Groups[1].Value))
            .Distinct()
            .Where(name => !ProtoJson.IsKnown(name));

        Assert.Empty(unknown);
    }

    private static void Compare(string path, JsonNode resource, MessageDescriptor type, List<string> differences)
    {
        string where = Path.GetRelativePath(SharedDirectory.Path(Cases), path);
        try
        {
            string json = resource.ToJsonString();
            var message = ProtoTypes.JsonParser.Parse(json, type);
            string printed = ProtoJson.Print(message);
            JsonComparison.Differences(resource, JsonNode.Parse(printed), where, differences);

            // Our reader of JSON against Google's.
            var problems = new List<JsonProblem>();
            using var document = System.Text.Json.JsonDocument.Parse(json);
            byte[] read = ProtoJson.ParseToBytes(type.FullName, document.RootElement, problems);
            differences.AddRange(problems.Select(problem => $"{where}: {problem.Path}: {problem.Message}"));
            if (!message.Equals(type.Parser.ParseFrom(read)))
                differences.Add($"{where}: read otherwise than by Google's reader");
        }
        catch (Exception e) when (e is Google.Protobuf.InvalidProtocolBufferException or InvalidOperationException)
        {
            differences.Add($"{where}: {e.Message}");
        }
    }

    /// <summary>
    /// Takes out what has no canonical form: a node's version was written by hand with its zeros, and a Wasm filter without configuration has an
    /// empty Any, which Google's C# parser refuses to read (<see cref="ProtoJsonTests"/> shows that it is printed as istiod prints it).
    /// </summary>
    private static void Simplify(JsonNode node)
    {
        if (node is not JsonObject resource)
            return;
        if (resource["userAgentBuildVersion"]?["version"] is JsonObject version)
        {
            foreach (var (part, _) in version.Where(pair => pair.Value!.GetValue<int>() == 0).ToList())
                version.Remove(part);
        }

        if (resource["typedConfig"]?["config"] is JsonObject wasm && wasm["configuration"] is JsonObject { Count: 0 })
            wasm.Remove("configuration");
    }

    private static MessageDescriptor TypeOf(string file) => file switch
    {
        "listeners.json" => Listener.Descriptor,
        "routes.json" => RouteConfiguration.Descriptor,
        "clusters.json" => Cluster.Descriptor,
        "endpoints.json" => ClusterLoadAssignment.Descriptor,
        "names.json" => NameTable.Descriptor,
        "secrets.json" => Secret.Descriptor,
        "extensions.json" => TypedExtensionConfig.Descriptor,
        "node.json" => Node.Descriptor,
        _ => throw new ArgumentOutOfRangeException(nameof(file), file, "no resource type"),
    };

    [GeneratedRegex("\"@type\": *\"type.googleapis.com/([^\"]+)\"")]
    private static partial Regex TypeUrl();
}
