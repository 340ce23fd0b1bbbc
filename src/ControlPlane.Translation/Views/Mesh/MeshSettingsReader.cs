using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Istio.Mesh.V1Alpha1;

namespace ControlPlane.Translation.Views.Mesh;

/// <summary>Reads the mesh configuration over Istio's defaults. What can't be read leaves the defaults in force and a diagnostic.</summary>
internal static class MeshSettingsReader
{
    private const string Code = "CP0201";

    // Istio's defaults (DefaultMeshConfig), but for those that are the zero of their type.
    private const string Defaults = """
        {
          "proxyListenPort": 15001, "proxyInboundListenPort": 15006, "connectTimeout": "10s", "protocolDetectionTimeout": "0s",
          "ingressService": "istio-ingressgateway", "ingressControllerMode": "STRICT", "ingressClass": "istio",
          "enableTracing": true, "accessLogEncoding": "TEXT", "enableAutoMtls": true, "enablePrometheusMerge": true,
          "trustDomain": "cluster.local", "rootNamespace": "istio-system",
          "outboundTrafficPolicy": {"mode": "ALLOW_ANY"}, "inboundTrafficPolicy": {"mode": "PASSTHROUGH"},
          "localityLbSetting": {"enabled": true}, "dnsRefreshRate": "60s",
          "defaultServiceExportTo": ["*"], "defaultVirtualServiceExportTo": ["*"], "defaultDestinationRuleExportTo": ["*"],
          "defaultHttpRetryPolicy": null,
          "defaultConfig": {
            "configPath": "./etc/istio/proxy", "binaryPath": "/usr/local/bin/envoy", "serviceCluster": "istio-proxy",
            "drainDuration": "45s", "terminationDrainDuration": "5s", "proxyAdminPort": 15000, "statNameLength": 189,
            "controlPlaneAuthPolicy": "MUTUAL_TLS", "discoveryAddress": "istiod.istio-system.svc:15012", "statusPort": 15020
          }
        }
        """;

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public static MeshSettings Read(ConfigObject? user)
    {
        var defaults = JsonNode.Parse(Defaults)!.AsObject();
        if (user is null)
            return new MeshSettings(Parse(defaults), []);
        var problems = new List<Diagnostic>();
        try
        {
            if (JsonNode.Parse(user.SpecJson, null, new JsonDocumentOptions { MaxDepth = 64 }) is not JsonObject given)
                throw new JsonException("not a mapping");
            var normal = Normalise(given, MeshConfig.Descriptor, "", problems);
            Overlay(defaults, normal);
            return new MeshSettings(Parse(defaults), [.. problems]);
        }
        catch (Exception exception) when (exception is JsonException or InvalidProtocolBufferException or InvalidOperationException)
        {
            problems.Add(Problem(Severity.Error, "", $"the mesh configuration can't be read, the defaults are in force: {exception.Message}"));
            return new MeshSettings(Parse(JsonNode.Parse(Defaults)!.AsObject()), [.. problems]);
        }
    }

    private static MeshConfig Parse(JsonObject json) => Parser.Parse<MeshConfig>(SpecJson.Normalise(json.ToJsonString(), MeshConfig.Descriptor));

    /// <summary>Top-level fields replace the defaults, those of defaultConfig one by one.</summary>
    private static void Overlay(JsonObject target, JsonObject given)
    {
        foreach (var (name, value) in given)
        {
            if (value is null)
                continue;
            if (name == "defaultConfig" && target[name] is JsonObject inner && value is JsonObject own)
                Overlay(inner, own);
            else
                target[name] = value.DeepClone();
        }
    }

    /// <summary>Gives every field its JSON name (users may write proto names) and reports names that do not exist.</summary>
    private static JsonObject Normalise(JsonObject given, MessageDescriptor descriptor, string path, List<Diagnostic> problems)
    {
        var result = new JsonObject();
        foreach (var (name, value) in given)
        {
            var field = descriptor.Fields.InDeclarationOrder().FirstOrDefault(f => f.JsonName == name || f.Name == name);
            if (field is null)
            {
                problems.Add(Problem(Severity.Warning, path + name, "this field does not exist and has no effect"));
                continue;
            }

            var nested = field.FieldType == FieldType.Message && !field.IsMap && !field.MessageType.FullName.StartsWith("google.protobuf.", StringComparison.Ordinal);
            result[field.JsonName] = value switch
            {
                JsonObject inner when nested => Normalise(inner, field.MessageType, path + name + ".", problems),
                JsonArray items when nested => new JsonArray([.. items.Select(i =>
                    i is JsonObject element ? Normalise(element, field.MessageType, path + name + ".", problems) : i?.DeepClone())]),
                _ => value?.DeepClone(),
            };
        }

        return result;
    }

    private static Diagnostic Problem(Severity severity, string field, string message) =>
        new(severity, Code, "MeshConfig", Tables.MeshConfigKey, field, message);
}
