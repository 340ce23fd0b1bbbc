using System.Text.Json.Nodes;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Capabilities;
using ControlPlane.Translation.Resources;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;

namespace ControlPlane.Translation.Tests.Envoy.Capabilities;

/// <summary>Reads a resource from JSON, substitutes, and gives what came out as JSON.</summary>
internal static class Substituted
{
    public static ProxyCapabilities Core { get; } = new([.. KnownExtensions.All.Order(StringComparer.Ordinal)], true);

    public static JsonNode Cluster(string json, ProxyCapabilities? capabilities = null) => Apply<Cluster>(XdsType.Cluster, json, capabilities);

    public static JsonNode Listener(string json, ProxyCapabilities? capabilities = null) => Apply<Listener>(XdsType.Listener, json, capabilities);

    public static JsonNode Routes(string json, ProxyCapabilities? capabilities = null) => Apply<RouteConfiguration>(XdsType.Route, json, capabilities);

    public static JsonNode Secret(string json, ProxyCapabilities? capabilities = null) => Apply<Secret>(XdsType.Secret, json, capabilities);

    public static JsonNode Extension(string json, ProxyCapabilities? capabilities = null) => Apply<TypedExtensionConfig>(XdsType.ExtensionConfig, json, capabilities);

    /// <summary>The same proxy with one extension less.</summary>
    public static ProxyCapabilities Without(string extension) => new([extension], false);

    public static void Equal(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"Expected {expected}\nbut got {actual?.ToJsonString()}");

    public static T Read<T>(string json)
        where T : IMessage, new() => ProtoTypes.JsonParser.Parse<T>(json);

    private static JsonNode Apply<T>(XdsType type, string json, ProxyCapabilities? capabilities)
        where T : IMessage, new()
    {
        var given = Read<T>(json);
        var result = CapabilitySubstitution.Apply(new EnvoyResource(type, "r", given), capabilities ?? Core);
        Assert.Equal(Read<T>(json), given);
        return JsonNode.Parse(ProtoJson.Print(result.Message))!;
    }
}
