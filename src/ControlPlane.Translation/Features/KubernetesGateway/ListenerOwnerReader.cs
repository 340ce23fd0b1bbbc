using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.Validation;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Reads Gateways of the Gateway API and ListenerSets. What depends on other objects is judged where listeners are made.</summary>
internal static class ListenerOwnerReader
{
    /// <summary>Reads a Gateway.</summary>
    public static Parsed<ListenerOwner> ReadGateway(ConfigObject source) => SpecReader.Parse<Api.GatewaySpec, ListenerOwner>(
        source,
        static (message, problems) =>
        {
            problems.Require(message.GatewayClassName.Length > 0, "spec.gatewayClassName", "a class is required");
            CheckListeners(message.Listeners, problems, portRequired: true);
            if (message.Infrastructure is not null)
                problems.Warn("spec.infrastructure", "it has no effect: gateways are not deployed by this control plane");
            if (message.Tls?.Backend is not null)
                problems.Warn("spec.tls.backend", "it has no effect: write a DestinationRule for the certificate that backends are shown");
            if (message.DefaultScope.Length > 0)
                problems.Warn("spec.defaultScope", "it has no effect: name the Gateway in the routes' parentRefs");
        },
        message => Owner(GatewayApi.Gateway, source, message.Listeners) with { Gateway = message.Freeze() });

    /// <summary>Reads a ListenerSet.</summary>
    public static Parsed<ListenerOwner> ReadListenerSet(ConfigObject source) => SpecReader.Parse<Api.ListenerSetSpec, ListenerOwner>(
        source,
        static (message, problems) =>
        {
            problems.Require(message.ParentRef is { Name.Length: > 0 }, "spec.parentRef.name", "a Gateway is required");
            CheckListeners(message.Listeners, problems, portRequired: false);
            if (message.ParentRef is { } parent && !IsGateway(parent))
                problems.Warn("spec.parentRef.kind", $"a Gateway is required, found {parent.Group}/{parent.Kind}: this object has no effect");
        },
        message => Owner(GatewayApi.ListenerSet, source, message.Listeners) with
        {
            Parent = IsGateway(message.ParentRef) ? new ObjectKey(message.ParentRef.Namespace ?? source.Meta.Namespace, message.ParentRef.Name) : null,
        });

    private static bool IsGateway(Api.ParentReference parent) =>
        (parent.Group ?? GatewayApi.Group) == GatewayApi.Group && (parent.Kind ?? GatewayApi.Gateway) == GatewayApi.Gateway;

    private static ListenerOwner Owner(string kind, ConfigObject source, IEnumerable<Api.Listener> listeners) => new()
    {
        Kind = kind,
        Key = source.Key,
        CreationTime = source.Meta.CreationTime,
        Labels = source.Meta.Labels,
        Annotations = source.Meta.Annotations,
        Listeners = listeners.Select(static l => l.Freeze()).ToEquatableArray(),
    };

    private static void CheckListeners(IReadOnlyList<Api.Listener> listeners, Problems problems, bool portRequired)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < listeners.Count; i++)
        {
            var (listener, field) = (listeners[i], $"spec.listeners[{i}]");
            problems.Require(listener.Name.Length > 0, $"{field}.name", "a name is required");
            problems.Require(names.Add(listener.Name), $"{field}.name", $"another listener is called {listener.Name} too");
            var defaulted = !portRequired && listener.Port == 0;
            problems.Require(defaulted || NameRules.IsPort(listener.Port), $"{field}.port", $"{listener.Port} is no port");
            problems.Require(listener.Tls?.Mode is null or "Terminate" or "Passthrough", $"{field}.tls.mode", $"'{listener.Tls?.Mode}' is no mode: Terminate or Passthrough is required");
            problems.Require(listener.Protocol.Length > 0, $"{field}.protocol", "a protocol is required");
        }
    }
}
