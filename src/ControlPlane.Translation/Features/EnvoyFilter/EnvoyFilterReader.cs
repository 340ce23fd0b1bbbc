using System.Text.Json;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Json;
using ControlPlane.Translation.Features.Selection;
using ControlPlane.Translation.Features.Validation;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Google.Protobuf;
using Istio.Type.V1Beta1;
using ApplyTo = Istio.Networking.V1Alpha3.EnvoyFilter.Types.ApplyTo;
using ObjectMatch = Istio.Networking.V1Alpha3.EnvoyFilter.Types.EnvoyConfigObjectMatch;
using ObjectPatch = Istio.Networking.V1Alpha3.EnvoyFilter.Types.EnvoyConfigObjectPatch;
using Operation = Istio.Networking.V1Alpha3.EnvoyFilter.Types.Patch.Types.Operation;
using Proto = Istio.Networking.V1Alpha3.EnvoyFilter;

namespace ControlPlane.Translation.Features.EnvoyFilter;

/// <summary>Reads EnvoyFilter objects. A patch that can't be read, or that Istio's validation refuses, is reported and left out; the others of the object act.</summary>
internal static class EnvoyFilterReader
{
    private const int MaxDepth = 64;

    public static Parsed<EnvoyFilterSpec> Read(ConfigObject source)
    {
        var problems = new Problems(source);
        if (SpecReader.Read<Proto>(source, problems.Items) is not { } message)
            return new(null, problems.Items.ToEquatableArray());
        EnvoyFilterRules.CheckTargets(message, problems);
        if (problems.Refused)
            return new(null, problems.Items.ToEquatableArray());
        if (message.ConfigPatches.Count == 0)
            problems.Warn("spec.configPatches", "there are no patches: the object has no effect");
        using var document = JsonDocument.Parse(source.SpecJson, new JsonDocumentOptions { MaxDepth = MaxDepth });
        var patches = new List<EnvoyPatch>();
        for (var i = 0; i < message.ConfigPatches.Count; i++)
        {
            if (Read(message.ConfigPatches[i], Value(document.RootElement, i), $"spec.configPatches[{i}]", source, problems) is { } patch)
                patches.Add(patch);
        }

        var selector = message.WorkloadSelector is { } given ? new WorkloadSelector { MatchLabels = { given.Labels } } : null;
        var targets = PolicyTargets.From(selector, null, message.TargetRefs, source.Meta.Namespace);
        return new(new EnvoyFilterSpec(source.Key, source.Meta.CreationTime, message.Priority, targets, patches.ToEquatableArray()), problems.Items.ToEquatableArray());
    }

    private static EnvoyPatch? Read(ObjectPatch patch, JsonElement? value, string field, ConfigObject source, Problems problems)
    {
        if (!EnvoyFilterRules.Check(patch, value is not null, field, problems))
            return null;
        var bytes = value is { } json ? Bytes(patch.ApplyTo, json, $"{field}.patch.value", source, problems) : [];
        if (bytes is null || !EnvoyFilterRules.HasEffect(patch, field, problems))
            return null;
        var result = new EnvoyPatch(source.Key, patch.ApplyTo, Effective(patch), (patch.Match ?? new ObjectMatch()).Freeze(), ByteString.CopyFrom(bytes));
        if (result.Operation != Operation.Add || NameOf(result) is not "")
            return result;
        problems.Error($"{field}.patch.value.name", "the patch is ignored: what is added needs a name");
        return null;
    }

    /// <summary>Name of a resource; null for a part of one.</summary>
    private static string? NameOf(EnvoyPatch patch) => patch.ApplyTo switch
    {
        ApplyTo.Listener => patch.Read<Listener>().Name,
        ApplyTo.Cluster => patch.Read<Cluster>().Name,
        ApplyTo.ExtensionConfig => patch.Read<TypedExtensionConfig>().Name,
        _ => null,
    };

    /// <summary>What has no order can only be added to.</summary>
    private static Operation Effective(ObjectPatch patch)
    {
        var ordered = patch.ApplyTo is ApplyTo.HttpFilter or ApplyTo.NetworkFilter or ApplyTo.ListenerFilter or ApplyTo.HttpRoute;
        var inserts = patch.Patch.Operation is Operation.InsertAfter or Operation.InsertBefore or Operation.InsertFirst;
        return inserts && !ordered ? Operation.Add : patch.Patch.Operation;
    }

    private static byte[]? Bytes(ApplyTo kind, JsonElement json, string field, ConfigObject source, Problems problems)
    {
        var found = new List<JsonProblem>();
        var bytes = ProtoJson.ParseToBytes(EnvoyFilterRules.MessageOf(kind), json, found, keepsUnknownTypes: true);
        foreach (var problem in found)
        {
            var at = problem.Path.Length == 0 ? field : $"{field}.{problem.Path}";
            problems.Items.Add(problem.IsUnknownField
                ? new Diagnostic(Severity.Warning, SpecReader.UnknownField, source.Kind, source.Key, at, problem.Message)
                : new Diagnostic(Severity.Error, Problems.Invalid, source.Kind, source.Key, at, $"the patch is ignored: {problem.Message}"));
        }

        return found.TrueForAll(static p => p.IsUnknownField) ? bytes : null;
    }

    /// <summary>The value of a patch as the user wrote it; null where it is absent.</summary>
    private static JsonElement? Value(JsonElement spec, int index)
    {
        if (!spec.TryGetProperty("configPatches", out var patches))
            patches = spec.GetProperty("config_patches");
        return patches[index].TryGetProperty("patch", out var patch) && patch.ValueKind == JsonValueKind.Object
            && patch.TryGetProperty("value", out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;
    }
}
