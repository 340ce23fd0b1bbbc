using System.Text.Json;
using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Envoy;
using ControlPlane.Xds.Diagnostics;
using ControlPlane.Xds.Subscriptions;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Debug;

/// <summary>What a proxy was given, in the JSON of an Envoy's own config dump (envoy.admin.v3.ConfigDump), a dump per type.</summary>
internal static class ConfigDumpJson
{
    private const string Admin = "type.googleapis.com/envoy.admin.v3.";

    // Per type: the message, its list, and within an element of it the field that holds the resource ("" for the element itself).
    private static readonly (XdsType Type, string Message, string List, string Nested, string Field)[] Dumps =
    [
        (XdsType.Cluster, Admin + "ClustersConfigDump", "dynamicActiveClusters", "", "cluster"),
        (XdsType.Listener, Admin + "ListenersConfigDump", "dynamicListeners", "activeState", "listener"),
        (XdsType.Route, Admin + "RoutesConfigDump", "dynamicRouteConfigs", "", "routeConfig"),
        (XdsType.Endpoint, Admin + "EndpointsConfigDump", "dynamicEndpointConfigs", "", "endpointConfig"),
        (XdsType.Secret, Admin + "SecretsConfigDump", "dynamicActiveSecrets", "", "secret"),
        (XdsType.ExtensionConfig, Admin + "EcdsConfigDump", "ecdsFilters", "", "ecdsFilter"),
    ];

    public static void Write(Utf8JsonWriter writer, StreamStatus stream)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("configs");
        foreach (var dump in Dumps)
        {
            if (stream.Types.FirstOrDefault(status => status.Type == dump.Type) is not { } status)
                continue;
            writer.WriteStartObject();
            writer.WriteString("@type", dump.Message);
            writer.WriteStartArray(dump.List);
            foreach (var resource in Given(status.Subscription))
                WriteElement(writer, resource, dump.Nested, dump.Field);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        foreach (var status in stream.Types.Where(status => Array.TrueForAll(Dumps, dump => dump.Type != status.Type)))
        {
            foreach (var resource in Given(status.Subscription))
                WriteResource(writer, resource);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>What the client has: of the set as of the last response what it wanted then.</summary>
    private static IEnumerable<EncodedResource> Given(Subscription subscription) =>
        subscription.Base.Resources.Where(resource => subscription.Covered.Covers(resource.Name));

    private static void WriteElement(Utf8JsonWriter writer, EncodedResource resource, string nested, string field)
    {
        writer.WriteStartObject();
        if (nested.Length > 0)
        {
            writer.WriteString("name", resource.Name);
            writer.WriteStartObject(nested);
        }

        writer.WriteString("versionInfo", resource.Version);
        writer.WritePropertyName(field);
        WriteResource(writer, resource);
        if (nested.Length > 0)
            writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter writer, EncodedResource resource) =>
        ProtoJson.Write(writer, new Any { TypeUrl = resource.Type.TypeUrl(), Value = UnsafeByteOperations.UnsafeWrap(resource.Body) }, redact: true);
}
