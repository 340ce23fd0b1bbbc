using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Statuses;
using ControlPlane.Translation.Features.ReferenceGrant;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway.Statuses;

/// <summary>What is told in the status of Gateways and ListenerSets that are ours; null for others.</summary>
internal static class GatewayStatuses
{
    private const string AddressTypeAnnotation = "networking.istio.io/address-type";
    private const string IpAddressType = "IPAddress";
    private const string AllowInsecure = "AllowInsecureFallback";

    /// <summary>Greatest number of addresses that the API takes.</summary>
    private const int MostAddresses = 16;

    /// <summary>Of a Gateway.</summary>
    public static ObjectStatus? Gateway(IReader reader, ConfigObject source)
    {
        if (!reader.Get(Listeners.IsOurs, (GatewayApi.Gateway, source.Key)) || reader.Get(ListenerOwners.Gateway, source.Key).Spec is not { } gateway)
            return null;
        var plan = reader.Get(Listeners.OfGateway, source.Key);
        var addresses = GatewayAddresses.Of(reader, gateway);
        var presence = Presence(reader, gateway.Key.Namespace, addresses, plan.Listeners);
        var own = plan.Outcomes.Where(static o => o.Id.OwnerKind == GatewayApi.Gateway).ToList();
        var isInsecure = IsInsecure(gateway.Gateway!.Message.Tls?.Frontend);
        List<ConditionFinding> conditions =
        [
            Accepted(addresses, gateway.Listeners.Count, own.Count(static o => o.IsSound)),
            ListenerFindings.Programmed(presence, !addresses.Hosts.IsEmpty),
            ResolvedRefs(reader, gateway),
        ];
        if (isInsecure)
            conditions.Add(new(ConditionTypes.InsecureFrontend, true, Reasons.ConfigurationChanged, "clients without a sound certificate are let in (AllowInsecureFallback)"));
        var sets = plan.Outcomes.Where(static o => o.Id.OwnerKind == GatewayApi.ListenerSet && o.IsSound).Select(static o => o.Id.Owner).Distinct().Count();
        return new ObjectStatus
        {
            Generation = source.Generation,
            Conditions = conditions.ToEquatableArray(),
            Withdrawn = isInsecure ? [] : [ConditionTypes.InsecureFrontend],
            Addresses = Addresses(presence, gateway.Annotations[AddressTypeAnnotation]),
            Listeners = plan.Outcomes.IsEmpty && gateway.Listeners.Count > 0 ? null : ListenerFindings.Of(reader, GatewayApi.Gateway, source.Key, own),
            AttachedListenerSets = sets > 0 ? sets : null,
        };
    }

    /// <summary>Of a ListenerSet.</summary>
    public static ObjectStatus? ListenerSet(IReader reader, ConfigObject source)
    {
        if (!reader.Get(Listeners.IsOurs, (GatewayApi.ListenerSet, source.Key)) || reader.Get(ListenerOwners.ListenerSet, source.Key).Spec is not { Parent: { } parent } set
            || reader.Get(ListenerOwners.Gateway, parent).Spec is not { } gateway)
            return null;
        var plan = reader.Get(Listeners.OfGateway, parent);
        if (plan.Refused.Contains(source.Key))
        {
            var message = $"Gateway {parent} takes no listeners of namespace {source.Key.Namespace} (spec.allowedListeners)";
            return new ObjectStatus
            {
                Generation = source.Generation,
                Conditions = [new(ConditionTypes.Accepted, false, Reasons.NotAllowed, message), new(ConditionTypes.Programmed, false, Reasons.NotAllowed, message)],
                Listeners = [],
            };
        }

        var addresses = GatewayAddresses.Of(reader, gateway);
        var own = plan.Outcomes.Where(o => o.Id.OwnerKind == GatewayApi.ListenerSet && o.Id.Owner == source.Key).ToList();
        var presence = Presence(reader, parent.Namespace, addresses, plan.Listeners.Where(l => l.OwnerKind == GatewayApi.ListenerSet && l.Owner == source.Key));
        var accepted = own.Exists(static o => o.IsSound) || (own.Count == 0 && addresses.Hosts.IsEmpty)
            ? Accepted(addresses, 0, 0)
            : new ConditionFinding(ConditionTypes.Accepted, false, Reasons.ListenersNotValid, "none of the listeners can be served");
        return new ObjectStatus
        {
            Generation = source.Generation,
            Conditions = [accepted, accepted.Holds || own.Count == 0 ? ListenerFindings.Programmed(presence, !addresses.Hosts.IsEmpty) : accepted with { Type = ConditionTypes.Programmed }],
            Listeners = plan.Outcomes.IsEmpty && set.Listeners.Count > 0 ? null : ListenerFindings.Of(reader, GatewayApi.ListenerSet, source.Key, own),
        };
    }

    private static ServicePresence Presence(IReader reader, string @namespace, GatewayAddresses addresses, IEnumerable<BoundListener> listeners) =>
        ServicePresence.Find(reader, @namespace, addresses.Hosts, listeners.Select(static l => l.Port).Distinct().Order().ToEquatableArray());

    private static ConditionFinding Accepted(GatewayAddresses addresses, int listeners, int sound)
    {
        if (!addresses.Skipped.IsEmpty)
        {
            return new(
                ConditionTypes.Accepted, false, Reasons.UnsupportedAddress,
                $"only addresses of type Hostname, which name a Service, are supported: {string.Join(", ", addresses.Skipped)} are ignored");
        }

        if (sound == listeners)
            return new(ConditionTypes.Accepted, true, Reasons.Accepted, "this control plane serves it");
        return sound == 0
            ? new(ConditionTypes.Accepted, false, Reasons.ListenersNotValid, "none of the listeners can be served")
            : new(ConditionTypes.Accepted, true, Reasons.ListenersNotValid, $"{listeners - sound} of {listeners} listeners can't be served");
    }

    /// <summary>Addresses outside, else hosts of the services, or what an annotation asks for instead.</summary>
    private static EquatableArray<string> Addresses(ServicePresence presence, string? type)
    {
        IEnumerable<string> inside = type switch
        {
            IpAddressType => presence.ClusterIps,
            "" => presence.ClusterIps.Concat(presence.Hosts),
            _ => presence.Hosts,
        };
        return (presence.External.IsEmpty ? inside : presence.External).Take(MostAddresses).ToEquatableArray();
    }

    private static ConditionFinding ResolvedRefs(IReader reader, ListenerOwner gateway) => gateway.Gateway!.Message.Tls?.Backend?.ClientCertificateRef is { } reference
        && ClientCertificateFault(reader, gateway, reference) is var (reason, message)
        ? new(ConditionTypes.ResolvedRefs, false, reason, $"spec.tls.backend.clientCertificateRef: {message}")
        : new(ConditionTypes.ResolvedRefs, true, Reasons.ResolvedRefs, "all that it refers to can be used");

    private static (string Reason, string Message)? ClientCertificateFault(IReader reader, ListenerOwner gateway, Api.ObjectReference reference)
    {
        var key = new ObjectKey(reference.Namespace ?? gateway.Key.Namespace, reference.Name);
        if ((reference.Group ?? "").Length > 0 || (reference.Kind ?? GatewayApi.Secret) != GatewayApi.Secret)
            return (Reasons.InvalidClientCertificate, $"a Secret is required, found {reference.Group}/{reference.Kind}");
        // Whoever has no grant is not told whether the Secret exists.
        if (key.Namespace != gateway.Key.Namespace
            && !ReferenceGrants.Allow(reader, new ReferenceSource(GatewayApi.Group, GatewayApi.Gateway, gateway.Key.Namespace), "", GatewayApi.Secret, key))
            return (Reasons.RefNotPermitted, $"no ReferenceGrant of namespace {key.Namespace} lets a Gateway of namespace {gateway.Key.Namespace} use Secret {key}");
        return reader.Get(CertificateChecks.PairFault, key) is { } fault ? (Reasons.InvalidClientCertificate, $"Secret {key} {fault}") : null;
    }

    private static bool IsInsecure(Api.FrontendTls? frontend) =>
        frontend?.Default?.Validation?.Mode == AllowInsecure || frontend?.PerPort.Any(static p => p.Tls?.Validation?.Mode == AllowInsecure) == true;
}
