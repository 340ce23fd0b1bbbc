using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Features.EnvoyFilter;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Features.TrafficExtension;
using ControlPlane.Translation.Features.WasmPlugin;
using ControlPlane.Translation.Resources;
using Envoy.Config.Core.V3;
using Operation = Istio.Networking.V1Alpha3.EnvoyFilter.Types.Patch.Types.Operation;

namespace ControlPlane.Translation.Envoy.ExtensionConfigs;

/// <summary>The family of configurations of filters that are discovered (ECDS): proxies ask for those that their listeners name.</summary>
public static class ExtensionFamily
{
    /// <summary>The only instance.</summary>
    public static ResourceFamily<ExtensionItem, ExtensionInput> Instance { get; } = new(
        XdsType.ExtensionConfig,
        static (reader, scope) => scope.Class.IsGrpc ? [] : Members(reader, scope.Class).ToEquatableArray(),
        static (reader, item) => item switch
        {
            ExtensionItem.Added added => new ExtensionInput(added.Config),
            ExtensionItem.Wasm wasm when Find(reader, wasm) is { Wasm: not null } extension => new ExtensionInput(WasmConfigs.Of(reader, extension, wasm.WithSecret).Freeze()),
            _ => null,
        },
        static input => input.Build());

    private static IEnumerable<ExtensionItem> Members(IReader reader, Views.Proxies.ProxyClass proxy)
    {
        foreach (var patch in reader.Get(EnvoyFilters.OfClass, (proxy, XdsType.ExtensionConfig))?.Patches ?? [])
        {
            if (patch.Operation == Operation.Add)
                yield return new ExtensionItem.Added(patch.Read<TypedExtensionConfig>().Freeze());
        }

        foreach (var extension in reader.Get(TrafficExtensions.OfWorkload, new WorkloadKey(proxy.Namespace, proxy.Labels)))
        {
            // As with istiod, whoever has proven who it is may have the credentials that it needs for its modules.
            if (extension.Wasm is { } wasm)
                yield return new ExtensionItem.Wasm((extension.Key, extension.IsPlugin), wasm.Message.ImagePullSecret.Length > 0 && proxy.SecretAccess != SecretAccess.None);
        }
    }

    private static TrafficExtensionSpec? Find(IReader reader, ExtensionItem.Wasm item) =>
        reader.Get(item.Extension.IsPlugin ? WasmPlugins.Object : TrafficExtensions.Object, item.Extension.Key).Spec;
}
