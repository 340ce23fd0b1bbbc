using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features;
using ControlPlane.Translation.Features.EnvoyFilter;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Support;

/// <summary>Short ways to write EnvoyFilters.</summary>
internal static class Patched
{
    public static ConfigObject EnvoyFilterOf(string @namespace, string name, string spec, int ageInDays = 0) => new()
    {
        ApiVersion = "networking.istio.io/v1alpha3",
        Kind = "EnvoyFilter",
        Meta = Meta(@namespace, name, ageInDays: ageInDays),
        SpecJson = spec,
    };

    public static Parsed<EnvoyFilterSpec> Read(string spec) => EnvoyFilterReader.Read(EnvoyFilterOf("shop", "o", spec));

    /// <summary>The patches of a list in JSON, all of which must be readable.</summary>
    public static EquatableArray<EnvoyPatch> Patches(string list)
    {
        var read = Read($$"""{"configPatches":[{{list}}]}""");
        Assert.DoesNotContain(read.Diagnostics, d => d.Severity == Model.Diagnostics.Severity.Error);
        return read.Spec!.Patches;
    }
}
