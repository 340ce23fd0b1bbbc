using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.Selection;
using ControlPlane.Translation.Features.Validation;
using Proto = Istio.Extensions.V1Alpha1.TrafficExtension;

namespace ControlPlane.Translation.Features.TrafficExtension;

/// <summary>Reads TrafficExtension objects.</summary>
internal static class TrafficExtensionReader
{
    private const int MaxScriptLength = 65536;

    public static Parsed<TrafficExtensionSpec> Read(ConfigObject source) =>
        SpecReader.Parse<Proto, TrafficExtensionSpec>(source, Check, spec => Spec(source, spec, source.Meta.Name));

    /// <summary>The specification of a message that was checked.</summary>
    /// <param name="source">The object.</param>
    /// <param name="spec">The message.</param>
    /// <param name="name">What the filter is called after.</param>
    public static TrafficExtensionSpec Spec(ConfigObject source, Proto spec, string name) => new()
    {
        Key = source.Key,
        Name = name,
        CreationTime = source.Meta.CreationTime,
        Targets = PolicyTargets.From(spec.Selector, null, spec.TargetRefs, source.Meta.Namespace),
        Phase = spec.Phase,
        Priority = spec.Priority,
        Match = spec.Match.Select(m => new TrafficMatch(m.Mode, m.Ports.Select(p => (int)p.Number).ToEquatableArray())).ToEquatableArray(),
        Wasm = spec.Wasm?.Freeze(),
        Lua = spec.Lua?.InlineCode ?? "",
        ResourceVersion = source.ResourceVersion,
    };

    private static void Check(Proto spec, Problems problems)
    {
        TargetRules.Check(spec.Selector, null, spec.TargetRefs, problems);
        problems.Require(spec.FilterConfigCase != Proto.FilterConfigOneofCase.None, "spec", "wasm or lua is required");
        if (spec.Wasm is { } wasm)
            WasmRules.Check(wasm, "spec.wasm", problems);
        if (spec.Lua is { } lua)
        {
            problems.Require(lua.InlineCode.Length > 0, "spec.lua.inlineCode", "it is required");
            problems.Require(System.Text.Encoding.UTF8.GetByteCount(lua.InlineCode) <= MaxScriptLength, "spec.lua.inlineCode", "it has more than 64 KiB");
        }

        WasmRules.CheckMatch(spec.Match, problems);
    }
}
