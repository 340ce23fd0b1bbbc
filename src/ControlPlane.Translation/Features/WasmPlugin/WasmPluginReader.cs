using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Selection;
using ControlPlane.Translation.Features.TrafficExtension;
using ControlPlane.Translation.Features.Validation;
using Istio.Extensions.V1Alpha1;
using Extension = Istio.Extensions.V1Alpha1.TrafficExtension;
using Proto = Istio.Extensions.V1Alpha1.WasmPlugin;

namespace ControlPlane.Translation.Features.WasmPlugin;

/// <summary>Reads WasmPlugin objects.</summary>
internal static class WasmPluginReader
{
    // No object's name can hold a tilde.
    private const string Mark = "~istio-translated-wasmplugin";

    public static Parsed<TrafficExtensionSpec> Read(ConfigObject source) => SpecReader.Parse<Proto, TrafficExtensionSpec>(
        source, Check, plugin => TrafficExtensionReader.Spec(source, Convert(plugin), source.Meta.Name + Mark));

    private static void Check(Proto plugin, Problems problems)
    {
        TargetRules.Check(plugin.Selector, plugin.TargetRef, plugin.TargetRefs, problems);
        var extension = Convert(plugin);
        WasmRules.Check(extension.Wasm, "spec", problems);
        WasmRules.CheckMatch(extension.Match, problems);
    }

    private static Extension Convert(Proto plugin)
    {
        var extension = new Extension
        {
            Selector = plugin.Selector,
            Phase = (Extension.Types.ExecutionPhase)plugin.Phase, // the numbers are the same
            Priority = plugin.Priority,
            Wasm = new WasmConfig
            {
                Url = plugin.Url,
                Sha256 = plugin.Sha256,
                ImagePullPolicy = plugin.ImagePullPolicy,
                ImagePullSecret = plugin.ImagePullSecret,
                VerificationKey = plugin.VerificationKey,
                PluginConfig = plugin.PluginConfig,
                PluginName = plugin.PluginName,
                FailStrategy = plugin.FailStrategy,
                VmConfig = plugin.VmConfig,
                Type = plugin.Type,
            },
        };
        extension.TargetRefs.AddRange(plugin.TargetRefs);
        if (plugin.TargetRefs.Count == 0 && plugin.TargetRef is { } single)
            extension.TargetRefs.Add(single);
        foreach (var match in plugin.Match)
            extension.Match.Add(new TrafficSelector { Mode = match.Mode, Ports = { match.Ports } });
        return extension;
    }
}
