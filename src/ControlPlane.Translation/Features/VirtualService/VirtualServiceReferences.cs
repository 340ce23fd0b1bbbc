using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Features.Validation;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>What in a VirtualService leads nowhere: destinations, subsets, gateways, delegates.</summary>
internal static class VirtualServiceReferences
{
    private static readonly Derivation<ObjectKey, bool> GatewayExists = new("Gateway.Exists", static (reader, key) => reader.Get(Gateways.Object, key).Spec is not null);

    public static void Check(IReader reader, ObjectKey key, References references)
    {
        if (reader.Get(VirtualServices.Object, key).Spec is not { } spec)
            return;
        for (var i = 0; i < spec.Gateways.Count; i++)
            CheckGateway(reader, spec.Gateways[i], $"spec.gateways[{i}]", references);
        for (var i = 0; i < spec.Http.Count; i++)
            CheckRoute(reader, key, spec.Http[i].Message, $"spec.http[{i}]", references);
        for (var i = 0; i < spec.Tls.Count; i++)
            CheckDestinations(reader, spec.Tls[i].Message.Route.Select(static r => r.Destination), $"spec.tls[{i}].route", ".destination", references);
        for (var i = 0; i < spec.Tcp.Count; i++)
            CheckDestinations(reader, spec.Tcp[i].Message.Route.Select(static r => r.Destination), $"spec.tcp[{i}].route", ".destination", references);
    }

    private static void CheckGateway(IReader reader, string gateway, string field, References references)
    {
        if (gateway == VirtualServiceSpec.Mesh || gateway.Split('/') is not [var @namespace, var name])
            return;
        if (!reader.Get(GatewayExists, new ObjectKey(@namespace, name)))
            references.Warn(References.UnknownGateway, field, $"there is no sound Gateway {gateway}: nothing is routed by this object there");
    }

    private static void CheckRoute(IReader reader, ObjectKey key, HTTPRoute route, string field, References references)
    {
        if (route.Delegate is { } target && VirtualServices.WhyNotDelegated(reader, key.Namespace, target) is { } reason)
            references.Warn(References.UnknownDelegate, $"{field}.delegate", $"{reason}: this route has no effect");
        CheckDestinations(reader, route.Route.Select(static r => r.Destination), $"{field}.route", ".destination", references);
        if (route.Mirror is { } mirror)
            CheckDestination(reader, mirror, $"{field}.mirror", references);
        CheckDestinations(reader, route.Mirrors.Select(static m => m.Destination), $"{field}.mirrors", ".destination", references);
    }

    private static void CheckDestinations(IReader reader, IEnumerable<Destination?> destinations, string field, string below, References references)
    {
        foreach (var (i, destination) in destinations.Index())
        {
            if (destination is not null)
                CheckDestination(reader, destination, $"{field}[{i}]{below}", references);
        }
    }

    private static void CheckDestination(IReader reader, Destination destination, string field, References references)
    {
        if (!reader.Get(ServiceDirectory.IsKnown, destination.Host))
            references.Warn(References.UnknownHost, $"{field}.host", $"no service has the host {destination.Host}: what is routed there fails");
        else if (destination.Subset.Length > 0 && !reader.Get(DestinationRules.HasSubset, (destination.Host, destination.Subset)))
            references.Warn(References.UnknownSubset, $"{field}.subset", $"no DestinationRule for {destination.Host} has a subset {destination.Subset}: what is routed there fails");
    }
}
