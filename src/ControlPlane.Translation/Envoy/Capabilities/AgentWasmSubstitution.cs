using ControlPlane.Model.Proxies;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Wasm.V3;
using HttpRbac = Envoy.Extensions.Filters.Http.Rbac.V3.RBAC;
using HttpWasm = Envoy.Extensions.Filters.Http.Wasm.V3.Wasm;
using NetworkRbac = Envoy.Extensions.Filters.Network.Rbac.V3.RBAC;
using NetworkWasm = Envoy.Extensions.Filters.Network.Wasm.V3.Wasm;
using Rules = Envoy.Config.Rbac.V3.RBAC;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>
/// A Wasm module that Istio's agent would fetch (its cluster is named "_") can't be had without the agent. The filter's own failure policy decides:
/// open, an RBAC filter without rules lets everything through; else one that nobody satisfies refuses everything, as Envoy does with a module that
/// doesn't load. Listeners that discover such a filter accept RBAC for it.
/// </summary>
internal sealed class AgentWasmSubstitution : Substitution
{
    private const string FetchedByAgent = "_";
    private const string StatPrefix = "wasm_module_unavailable";

    /// <inheritdoc/>
    public override bool AppliesTo(ProxyCapabilities capabilities) => capabilities.Agentless;

    /// <inheritdoc/>
    public override void Edit(TypedExtensionConfig extension)
    {
        if (extension.TypedConfig is not { } config)
            return;
        if (TypedConfigs.TryRead<HttpWasm>(config, out var http) && IsFetchedByAgent(http.Config))
            extension.TypedConfig = ProtoJson.Pack(new HttpRbac { Rules = Nobody(http.Config) });
        else if (TypedConfigs.TryRead<NetworkWasm>(config, out var network) && IsFetchedByAgent(network.Config))
            extension.TypedConfig = ProtoJson.Pack(new NetworkRbac { Rules = Nobody(network.Config), StatPrefix = StatPrefix });
    }

    private static bool IsFetchedByAgent(PluginConfig? plugin) =>
        plugin?.VmConfig?.Code?.Remote is { } remote && (remote.HttpUri is null || remote.HttpUri.Cluster == FetchedByAgent);

    private static Rules? Nobody(PluginConfig plugin) => plugin.FailOpen || plugin.FailurePolicy == FailurePolicy.FailOpen ? null : new Rules();
}
