using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Json;
using Google.Protobuf;
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

    private const string ProxyDefaults = "defaultConfig";

    public static MeshSettings Read(ConfigObject? user)
    {
        if (user is null)
            return new MeshSettings(OfDefaults(), []);
        var problems = new List<JsonProblem>();
        try
        {
            if (JsonNode.Parse(user.SpecJson, null, new JsonDocumentOptions { MaxDepth = 64 }) is not JsonObject given)
                throw new JsonException("not a mapping");
            var settings = JsonNode.Parse(Defaults)!.AsObject();
            Overlay(settings, Named<MeshConfig>(given));
            var config = ProtoJson.Parse<MeshConfig>(settings.ToJsonString(), problems);
            if (problems.Find(problem => !problem.IsUnknownField) is { } fault)
                throw new JsonException($"{fault.Path}: {fault.Message}");
            return new MeshSettings(config, [.. problems.Select(Unknown)]);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            var refusal = Problem(Severity.Error, "", $"the mesh configuration can't be read, the defaults are in force: {exception.Message}");
            return new MeshSettings(OfDefaults(), [.. problems.Where(problem => problem.IsUnknownField).Select(Unknown), refusal]);
        }
    }

    private static MeshConfig OfDefaults() => ProtoJson.Parse<MeshConfig>(Defaults, []);

    private static Diagnostic Unknown(JsonProblem problem) => Problem(Severity.Warning, problem.Path, problem.Message);

    /// <summary>Top-level fields replace the defaults, those of defaultConfig one by one.</summary>
    private static void Overlay(JsonObject target, JsonObject given)
    {
        foreach (var (name, value) in given)
        {
            if (value is null)
                continue;
            if (name == ProxyDefaults && target[name] is JsonObject inner && value is JsonObject own)
                Overlay(inner, own);
            else
                target[name] = value.DeepClone();
        }
    }

    /// <summary>Gives the fields that are overlaid their JSON names: users may write those of the definition.</summary>
    private static JsonObject Named<T>(JsonObject given)
        where T : IMessage
    {
        var result = new JsonObject();
        foreach (var (name, value) in given)
        {
            var field = ProtoJson.FieldName<T>(name) ?? name;
            result[field] = field == ProxyDefaults && value is JsonObject proxy ? Named<ProxyConfig>(proxy) : value?.DeepClone();
        }

        return result;
    }

    private static Diagnostic Problem(Severity severity, string field, string message) =>
        new(severity, Code, "MeshConfig", Tables.MeshConfigKey, field, message);
}
