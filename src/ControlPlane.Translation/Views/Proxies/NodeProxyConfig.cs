using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Features;
using Google.Protobuf;
using Istio.Mesh.V1Alpha1;

namespace ControlPlane.Translation.Views.Proxies;

/// <summary>The proxy configuration that a node's metadata carries: the agent has already merged the mesh's defaults into it.</summary>
public static class NodeProxyConfig
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>The configuration that a text holds; null where it can't be read. Keyed by text, so that proxies with equal texts share it.</summary>
    private static readonly Derivation<string, ProxyConfig?> Parsed = new("NodeProxyConfig", static (_, json) =>
    {
        try
        {
            return Parser.Parse<ProxyConfig>(SpecJson.Normalise(json, ProxyConfig.Descriptor));
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            return null;
        }
    });

    /// <summary>The configuration of a class, null where its nodes carry none (the mesh's default then applies). Never written to.</summary>
    public static ProxyConfig? Of(IReader reader, ProxyClass proxy) =>
        proxy.Metadata["PROXY_CONFIG"] is { } json ? reader.Get(Parsed, json) : null;
}
