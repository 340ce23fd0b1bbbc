using System.Globalization;
using System.Text.Json;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Xds.Diagnostics;

namespace ControlPlane.Debug;

/// <summary>Which proxies are connected and whether they have what they were sent, in the JSON of istiod's /debug/syncz.</summary>
internal static class SyncStatusJson
{
    private static readonly (XdsType Type, string Name)[] Flat =
    [
        (XdsType.Cluster, "cluster"), (XdsType.Listener, "listener"), (XdsType.Route, "route"), (XdsType.Endpoint, "endpoint"),
        (XdsType.ExtensionConfig, "extensionconfig"),
    ];

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<StreamStatus> streams)
    {
        writer.WriteStartArray();
        foreach (var stream in streams)
            Write(writer, stream);
        writer.WriteEndArray();
    }

    /// <summary>How Istio's tools name a proxy: POD.NAMESPACE.</summary>
    public static string ShortId(ProxyDescriptor proxy) => $"{proxy.PodName}.{proxy.Namespace}";

    private static void Write(Utf8JsonWriter writer, StreamStatus stream)
    {
        writer.WriteStartObject();
        writer.WriteString("cluster_id", stream.Proxy.ClusterId);
        writer.WriteString("proxy", ShortId(stream.Proxy));
        writer.WriteString("proxy_type", stream.Proxy.Type == ProxyType.Router ? "router" : "sidecar");
        writer.WriteString("istio_version", stream.Proxy.IstioVersion);
        foreach (var (type, name) in Flat)
        {
            if (stream.Types.FirstOrDefault(status => status.Type == type) is not { } status)
                continue;
            writer.WriteString(name + "_sent", status.SentNonce);
            writer.WriteString(name + "_acked", status.AckedNonce);
        }

        writer.WriteStartObject("resources");
        foreach (var status in stream.Types)
        {
            writer.WriteStartObject(status.Type.TypeUrl());
            writer.WriteString("sent", status.SentNonce);
            writer.WriteString("acked", status.AckedNonce);
            if (status.SentAt is { } time)
                writer.WriteString("sentTime", time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            if (status.Subscription.LastError is { } error)
                writer.WriteString("lastError", error.Message);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
