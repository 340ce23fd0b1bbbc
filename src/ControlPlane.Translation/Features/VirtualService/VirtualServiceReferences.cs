using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Features.Validation;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>What in a VirtualService leads nowhere: destinations, subsets, gateways, delegates.</summary>
internal static class VirtualServiceReferences
{
    private static readonly Derivation<ObjectKey, bool> GatewayExists = new("Gateway.Exists", static (reader, key) => reader.Get(Gateways.Object, key).Spec is not null);

    /// <summary>The namespaces whose services have a host, or one that a wildcard covers, in order.</summary>
    private static readonly Derivation<string, EquatableArray<string>> Owners = new("Host.Owners", static (reader, host) =>
        (NameRules.IsWildcard(host) ? reader.Get(ServiceDirectory.All, Unit.Value).Where(s => HostNames.Covers(host, s.Host)) : reader.Get(ServiceDirectory.OfHost, host))
            .Select(static s => s.Namespace).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToEquatableArray());

    public static void Check(IReader reader, ObjectKey key, References references)
    {
        if (reader.Get(VirtualServices.Object, key).Spec is not { } spec)
            return;
        for (var i = 0; i < spec.Gateways.Count; i++)
            CheckGateway(reader, spec.Gateways[i], $"spec.gateways[{i}]", references);
        CheckOwners(reader, spec, references);
        for (var i = 0; i < spec.Http.Count; i++)
            CheckRoute(reader, key, spec.Http[i].Message, $"spec.http[{i}]", references);
        for (var i = 0; i < spec.Tls.Count; i++)
            CheckDestinations(reader, spec.Tls[i].Message.Route.Select(static r => r.Destination), $"spec.tls[{i}].route", ".destination", references);
        for (var i = 0; i < spec.Tcp.Count; i++)
            CheckDestinations(reader, spec.Tcp[i].Message.Route.Select(static r => r.Destination), $"spec.tcp[{i}].route", ".destination", references);
    }

    // Istio lets every namespace route every host of the mesh (bulletin 2026-002): not refused, but told.
    private static void CheckOwners(IReader reader, VirtualServiceSpec spec, References references)
    {
        var exportTo = VirtualServices.ExportOf(reader, spec);
        if (!spec.Gateways.Contains(VirtualServiceSpec.Mesh) || exportTo.All(target => target == spec.Key.Namespace))
            return;
        for (var i = 0; i < spec.LowerHosts.Count; i++)
        {
            var others = reader.Get(Owners, spec.LowerHosts[i]).Where(owner => owner != spec.Key.Namespace).ToList();
            if (others.Count > 0)
            {
                references.Tell(
                    References.ForeignHost, $"spec.hosts[{i}]",
                    $"{spec.Hosts[i]} is a host of namespace {string.Join(", ", others)}: this object of namespace {spec.Key.Namespace} routes it for clients of other namespaces too (exportTo)");
            }
        }
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
