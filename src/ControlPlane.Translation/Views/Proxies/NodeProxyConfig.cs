using System.Text.Json;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Json;
using Istio.Mesh.V1Alpha1;

namespace ControlPlane.Translation.Views.Proxies;

/// <summary>The proxy configuration that a node's metadata carries: the agent has already merged the mesh's defaults into it.</summary>
public static class NodeProxyConfig
{
    /// <summary>The configuration that a text holds; null where it can't be read. Keyed by text, so that proxies with equal texts share it.</summary>
    private static readonly Derivation<string, ProxyConfig?> Parsed = new("NodeProxyConfig", static (_, json) =>
    {
        try
        {
            var problems = new List<JsonProblem>();
            var config = ProtoJson.Parse<ProxyConfig>(json, problems);
            return problems.TrueForAll(problem => problem.IsUnknownField) ? config : null;
        }
        catch (JsonException)
        {
            return null;
        }
    });

    /// <summary>The configuration of a class, null where its nodes carry none (the mesh's default then applies). Never written to.</summary>
    public static ProxyConfig? Of(IReader reader, ProxyClass proxy) =>
        proxy.Metadata["PROXY_CONFIG"] is { } json ? reader.Get(Parsed, json) : null;
}
