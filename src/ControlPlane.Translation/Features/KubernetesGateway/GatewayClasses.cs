using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Which GatewayClasses are ours.</summary>
internal static class GatewayClasses
{
    /// <summary>Name of this controller: istiod's, which it stands in for.</summary>
    public const string Controller = "istio.io/gateway-controller";

    private const string DefaultClass = "istio";

    /// <summary>The objects, which are in no namespace.</summary>
    public static TableId<ConfigObject> Table { get; } = GatewayApi.Table("GatewayClass");

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<GatewayClassSpec>> Object { get; } = new(
        "GatewayClass.Object",
        static (reader, key) => reader.Find(Table, key) is { } source
            ? SpecReader.Parse<Api.GatewayClassSpec, GatewayClassSpec>(
                source,
                static (message, problems) =>
                {
                    if (message.ParametersRef is not null && message.ControllerName == Controller)
                        problems.Warn("spec.parametersRef", "it has no effect: gateways are not deployed by this control plane");
                },
                static message => new GatewayClassSpec(message.ControllerName))
            : new(null, []));

    /// <summary>Whether Gateways of a class are ours; so is the class istio where there is no object for it.</summary>
    public static Derivation<string, bool> IsOurs { get; } = new("GatewayClass.IsOurs", static (reader, name) =>
        reader.Find(Table, new ObjectKey("", name)) is null
            ? name == DefaultClass
            : reader.Get(Object, new ObjectKey("", name)).Spec?.Controller == Controller);
}
