using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Testing;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Capabilities;
using ControlPlane.Translation.Resources;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ControlPlane.EndToEnd.Loading;

/// <summary>The answers of the shared conformance cases, as a proxy with some capabilities would get them.</summary>
internal static partial class ConformanceAnswers
{
    public const string Cases = "conformance/cases";

    private static readonly (string File, XdsType Type, string NameField)[] Files =
    [
        ("clusters", XdsType.Cluster, "name"), ("endpoints", XdsType.Endpoint, "clusterName"), ("listeners", XdsType.Listener, "name"),
        ("routes", XdsType.Route, "name"), ("secrets", XdsType.Secret, "name"), ("extensions", XdsType.ExtensionConfig, "name"),
    ];

    /// <summary>
    /// The sidecars and then the gateways of the cases whose names match one of some patterns ("svc-*"); proxyless clients have no part in it.
    /// </summary>
    public static IReadOnlyList<LoadedProxy> Proxies(params string[] patterns) =>
    [
        .. patterns.SelectMany(pattern => Directory.EnumerateDirectories(SharedDirectory.Path(Cases), pattern))
            .Distinct()
            .SelectMany(folder => Directory.EnumerateDirectories(Path.Combine(folder, "proxies")))
            .Where(folder => !File.Exists(Path.Combine(folder, "watch.json")))
            .Select(folder => new LoadedProxy(Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(folder)))!, Path.GetFileName(folder), NodeId(folder)))
            .OrderBy(proxy => proxy.IsGateway).ThenBy(proxy => proxy.Case, StringComparer.Ordinal).ThenBy(proxy => proxy.Name, StringComparer.Ordinal),
    ];

    /// <summary>What istiod answered, with what such a proxy lacks substituted.</summary>
    public static Answers Of(LoadedProxy proxy, ProxyCapabilities capabilities)
    {
        var answers = new Answers();
        foreach (var (file, type, nameField) in Files)
        {
            foreach (var (resourceName, json) in Read(proxy.Case, proxy.Name, file, nameField))
            {
                var resource = CapabilitySubstitution.Apply(new EnvoyResource(type, resourceName, Parse(json, type)), capabilities);
                answers.Add(type, resourceName, resource.Message.ToByteString());
            }
        }

        return answers;
    }

    /// <summary>The certificate, key and root files that a proxy's secrets name (file-cert:CHAIN~KEY, file-root:ROOT); "system" is none.</summary>
    public static IReadOnlyList<string> SecretFiles(LoadedProxy proxy) =>
    [
        .. Files.SelectMany(file => Read(proxy.Case, proxy.Name, file.File, file.NameField).Values)
            .SelectMany(resource => SecretFileNames().Matches(resource.ToJsonString()))
            .SelectMany(match => match.Groups[1].Value.Split('~'))
            .Where(path => path.StartsWith('/'))
            .Distinct(),
    ];

    /// <summary>The resources of a file. A folder may hold only what differs from the same proxy of another case, which over.json names.</summary>
    private static Dictionary<string, JsonObject> Read(string name, string proxy, string file, string nameField)
    {
        var folder = Path.Combine(SharedDirectory.Path(Cases), name, "proxies", proxy);
        var result = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        var over = Path.Combine(folder, "over.json");
        if (File.Exists(over))
        {
            var below = JsonNode.Parse(File.ReadAllText(over))!;
            result = Read(below["over"]!.GetValue<string>(), proxy, file, nameField);
            foreach (var gone in below["without"]?[file]?.AsArray() ?? [])
                result.Remove(gone!.GetValue<string>());
        }

        var own = Path.Combine(folder, file + ".json");
        foreach (var resource in File.Exists(own) ? JsonNode.Parse(File.ReadAllText(own))!.AsArray() : [])
            result[resource![nameField]!.GetValue<string>()] = resource.AsObject();
        return result;
    }

    private static string NodeId(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "node.json")))!["id"]!.GetValue<string>();

    private static IMessage Parse(JsonObject json, XdsType type)
    {
        // An Any without content, which Google's parser refuses to read.
        if (json["typedConfig"]?["config"] is JsonObject wasm && wasm["configuration"] is JsonObject { Count: 0 })
            wasm.Remove("configuration");
        MessageDescriptor descriptor = ProtoTypes.Registry.Find(type.MessageName());
        return ProtoTypes.JsonParser.Parse(json.ToJsonString(), descriptor);
    }

    [GeneratedRegex("\"file-(?:cert|root):([^\"]+)\"")]
    private static partial Regex SecretFileNames();
}
