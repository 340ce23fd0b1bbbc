using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Validation;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>What in objects of the Gateway API leads nowhere, as other objects are now.</summary>
internal static class GatewayApiChecks
{
    /// <summary>Checks a Gateway.</summary>
    public static void Gateway(IReader reader, ObjectKey key, References found)
    {
        if (reader.Get(ListenerOwners.Gateway, key).Spec is not { } gateway)
            return;
        var name = gateway.Gateway!.Message.GatewayClassName;
        if (!reader.Get(GatewayClasses.IsOurs, name))
            found.Tell(References.IneffectiveListener, "spec.gatewayClassName", $"class {name} is not served by this control plane: this object is left to others");
        Add(reader, key, GatewayApi.Gateway, key, found);
    }

    /// <summary>Checks a ListenerSet.</summary>
    public static void ListenerSet(IReader reader, ObjectKey key, References found)
    {
        if (reader.Get(ListenerOwners.ListenerSet, key).Spec is not { Parent: { } gateway })
            return;
        if (reader.Get(ListenerOwners.Gateway, gateway).Spec is not { } parent || !reader.Get(GatewayClasses.IsOurs, parent.Gateway!.Message.GatewayClassName))
            found.Warn(References.IneffectiveListener, "spec.parentRef", $"there is no Gateway {gateway} that this control plane serves: this object has no effect");
        Add(reader, gateway, GatewayApi.ListenerSet, key, found);
    }

    /// <summary>Checks routes of a kind.</summary>
    public static Action<IReader, ObjectKey, References> Route(string kind) => (reader, key, found) =>
    {
        var id = new RouteId(kind, key);
        var binding = reader.Get(RouteBindings.Of, id);
        foreach (var outcome in binding.Outcomes.Where(static o => o.Refusal is not null))
            found.Warn(References.RefusedParent, $"spec.parentRefs[{outcome.Index}]", outcome.Refusal!.Message);
        // What is wrong for gateways is worth telling even where none takes the route yet.
        var kinds = binding.Parents.Select(static p => p.IsMesh).Distinct().Order().ToList();
        foreach (var fault in (kinds.Count == 0 ? [false] : kinds).SelectMany(forMesh => RouteRules.Faults(reader, id, forMesh)).Distinct())
            found.Warn(fault.Code, fault.Field, fault.Message);
        CheckOwners(reader, id, found);
    };

    private static void CheckOwners(IReader reader, RouteId id, References found)
    {
        if (id.Kind is not (GatewayApi.HttpRoute or GatewayApi.GrpcRoute) || reader.Get(RouteObjects.Object, id).Spec is not { } route)
            return;
        for (var i = 0; i < route.Parents.Count; i++)
        {
            var parent = route.Parents[i].Message;
            if ((parent.Group, parent.Kind) is ("", GatewayApi.Service) && parent.Namespace is { } other && other != id.Key.Namespace)
            {
                found.Tell(
                    References.RefusedParent, $"spec.parentRefs[{i}]",
                    $"Service {other}/{parent.Name} is of another namespace: only clients of namespace {id.Key.Namespace} obey this route");
            }
        }
    }

    private static void Add(IReader reader, ObjectKey gateway, string kind, ObjectKey owner, References found)
    {
        foreach (var fault in reader.Get(Listeners.OfGateway, gateway).Faults.Where(f => f.Kind == kind && f.Key == owner))
            found.Warn(fault.Code, fault.Field, fault.Message);
    }
}
