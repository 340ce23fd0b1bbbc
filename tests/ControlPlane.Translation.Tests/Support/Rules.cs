using ControlPlane.Model.Objects;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Support;

/// <summary>Short ways to write objects of Istio's networking API.</summary>
internal static class Rules
{
    public static ConfigObject VirtualServiceOf(string @namespace, string name, string spec, int ageInDays = 0) => Object("VirtualService", @namespace, name, spec, ageInDays);

    public static ConfigObject DestinationRuleOf(string @namespace, string name, string spec, int ageInDays = 0) => Object("DestinationRule", @namespace, name, spec, ageInDays);

    public static ConfigObject SidecarOf(string @namespace, string name, string spec, int ageInDays = 0) => Object("Sidecar", @namespace, name, spec, ageInDays);

    public static ConfigObject ServiceEntryOf(string @namespace, string name, string spec, int ageInDays = 0) => Object("ServiceEntry", @namespace, name, spec, ageInDays);

    private static ConfigObject Object(string kind, string @namespace, string name, string spec, int ageInDays) => new()
    {
        ApiVersion = "networking.istio.io/v1",
        Kind = kind,
        Meta = Meta(@namespace, name, ageInDays: ageInDays),
        SpecJson = spec,
    };
}
