using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Features.Validation;
using Istio.Networking.V1Alpha3;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Makes the listeners of one Gateway that is ours, and of the ListenerSets that it takes.</summary>
internal sealed class ListenerPlanner(IReader reader, ListenerOwner gateway)
{
    private const string Any = "*";
    private const string Nobody = "~";
    private const string PortName = "default";
    private const string Terminate = "Terminate";
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    /// <summary>Conditions that tell of a conflict.</summary>
    private static readonly string[] AllOf = [ConditionTypes.Accepted, ConditionTypes.Programmed, ConditionTypes.Conflicted];

    private static readonly string[] Protocols = ["HTTP", "HTTPS", "TLS", "TCP"];

    private readonly Api.GatewaySpec _spec = gateway.Gateway!.Message;
    private readonly GatewayAddresses _addresses = GatewayAddresses.Of(reader, gateway);
    private readonly ListenerConflicts _conflicts = new();
    private readonly List<BoundListener> _listeners = [];
    private readonly List<GatewayFault> _faults = [];
    private readonly List<ListenerOutcome> _outcomes = [];
    private readonly List<ListenerFault> _current = [];

    /// <summary>Makes them. A ListenerSet gives only what is sound in it.</summary>
    public ListenerPlan Plan()
    {
        CheckAddresses();
        if (_addresses.Hosts.IsEmpty)
            return new ListenerPlan([], _faults.ToEquatableArray(), [], []);
        var sets = new List<ListenerOwner>();
        var refused = new List<ObjectKey>();
        foreach (var set in reader.Get(ListenerOwners.SetsOf, gateway.Key))
        {
            if (NamespaceSelection.TakesListeners(reader, _spec.AllowedListeners?.Namespaces, gateway.Key.Namespace, set.Key.Namespace))
            {
                sets.Add(set);
                continue;
            }

            refused.Add(set.Key);
            Note(set, "spec.parentRef", $"Gateway {gateway.Key} takes no listeners of namespace {set.Key.Namespace} (spec.allowedListeners): this object has no effect");
        }

        foreach (var owner in sets.Prepend(gateway))
        {
            for (var i = 0; i < owner.Listeners.Count; i++)
            {
                var listener = owner.Listeners[i].Message;
                _current.Clear();
                Add(owner, listener, $"spec.listeners[{i}]");
                _outcomes.Add(new ListenerOutcome(new ListenerId(owner.Kind, owner.Key, listener.Name), Kinds(listener), _current.ToEquatableArray()));
            }
        }

        return new ListenerPlan(_listeners.ToEquatableArray(), _faults.ToEquatableArray(), _outcomes.ToEquatableArray(), refused.ToEquatableArray());
    }

    private void CheckAddresses()
    {
        foreach (var address in _addresses.Skipped)
            Note(gateway, "spec.addresses", $"{address} is ignored: only addresses of type Hostname, which name a Service, are supported");
        foreach (var host in _addresses.Hosts.Where(h => PortsOf(h).Count == 0))
        {
            Note(gateway, "spec.addresses", GatewayAddresses.IsDeployed(_spec)
                ? $"namespace {gateway.Key.Namespace} has no service {host}, and gateways are not deployed by this control plane: deploy one and name its Service here, with type Hostname"
                : $"namespace {gateway.Key.Namespace}, the Gateway's own, has no service {host}: nothing serves this Gateway by it");
        }
    }

    private List<int> PortsOf(string host) => [.. reader.Get(GatewayApi.PortsOf, host).Where(p => p.Namespace == gateway.Key.Namespace).Select(static p => p.Port)];

    private void CheckPort(ListenerOwner owner, int port, string field)
    {
        var ports = _addresses.Hosts.SelectMany(PortsOf).ToList();
        if (ports.Count > 0 && !ports.Contains(port))
            Note(owner, $"{field}.port", $"no service of the Gateway's addresses has port {port}: nothing listens");
    }

    private void Add(ListenerOwner owner, Api.Listener listener, string field)
    {
        var port = listener.Port != 0 ? listener.Port : listener.Protocol == "HTTP" ? HttpPort : listener.Protocol == "HTTPS" ? HttpsPort : 0;
        if (_conflicts.TryTake(listener, port) is { } conflict)
        {
            var message = $"it conflicts with an earlier listener of port {port}";
            Refuse(owner, field, $"{message}: this one is left out", [.. AllOf.Select(c => new ListenerFault(c, conflict, message))]);
            return;
        }

        CheckKinds(owner, listener, field);
        var isSound = true;
        if (!Protocols.Contains(listener.Protocol))
        {
            isSound = false;
            RefuseProtocol(owner, $"{field}.protocol", $"'{listener.Protocol}' is not supported: {string.Join(", ", Protocols)} are");
        }

        if (port == 0)
        {
            isSound = false;
            RefuseProtocol(owner, $"{field}.port", $"a port is required for protocol {listener.Protocol}");
        }

        ServerTLSSettings? tls = null;
        if (listener.Tls is null && listener.Protocol is "HTTPS" or "TLS")
        {
            var message = $"protocol {listener.Protocol} requires it: this listener is left out";
            // As with istiod a Gateway may have one without, to hold the place for ListenerSets.
            if (owner.Kind == GatewayApi.Gateway)
                Note(owner, $"{field}.tls", message);
            else
                RefuseProtocol(owner, $"{field}.tls", message);
            return;
        }

        if (listener.Tls is not null)
        {
            tls = new ListenerTls(reader, owner, (path, message, faults) => Refuse(owner, $"{field}.{path}", message, faults)).Build(listener, port, _spec.Tls?.Frontend);
            isSound &= tls is not null;
        }

        // What is unsound in a Gateway still counts among the hostnames that routes of other listeners leave to it.
        if (isSound || owner.Kind == GatewayApi.Gateway)
            _listeners.Add(Bind(owner, listener, port, tls, isSound, field));
    }

    private BoundListener Bind(ListenerOwner owner, Api.Listener listener, int port, ServerTLSSettings? tls, bool isSound, string field)
    {
        var key = new ObjectKey(owner.Key.Namespace, $"{owner.Key.Name}~{GatewayApi.Mark}~{listener.Name}");
        var hosts = Hosts(owner, listener);
        if (isSound)
            CheckPort(owner, port, field);
        if (isSound && hosts[0].StartsWith(Nobody, StringComparison.Ordinal))
            Note(owner, $"{field}.allowedRoutes.namespaces.selector", "it matches no namespace: this listener takes no routes");
        var server = new GatewayServer
        {
            Gateway = key,
            Port = port,
            PortName = PortName,
            ProtocolText = listener.Protocol,
            Protocol = Views.Services.Protocols.OfWord(listener.Protocol),
            Hosts = hosts,
            Tls = tls?.Freeze(),
        };
        var spec = new GatewaySpec
        {
            Key = key,
            CreationTime = owner.CreationTime,
            Servers = [server],
            Service = new GatewayService(gateway.Key.Namespace, _addresses.Hosts, _addresses.ServiceAccount, owner.Kind),
        };
        return new BoundListener
        {
            OwnerKind = owner.Kind,
            Owner = owner.Key,
            Section = listener.Name,
            Port = port,
            Protocol = listener.Protocol,
            Hostname = listener.Hostname ?? "",
            Hosts = hosts,
            Kinds = Kinds(listener),
            Internal = key,
            Spec = isSound ? spec : null,
        };
    }

    private EquatableArray<string> Hosts(ListenerOwner owner, Api.Listener listener)
    {
        var host = listener.Hostname ?? Any;
        var namespaces = NamespaceSelection.OfRoutes(reader, listener.AllowedRoutes?.Namespaces, owner.Key.Namespace);
        if (namespaces.IsEmpty)
            return [$"{Nobody}/{host}"];
        return namespaces.Select(n => n == NamespaceSelection.All ? host : $"{n}/{host}").ToEquatableArray();
    }

    private static EquatableArray<string> Supported(Api.Listener listener) => listener.Protocol switch
    {
        "HTTP" or "HTTPS" => [GatewayApi.HttpRoute, GatewayApi.GrpcRoute],
        "TCP" => [GatewayApi.TcpRoute],
        "TLS" when (listener.Tls?.Mode ?? Terminate) == Terminate => [GatewayApi.TlsRoute, GatewayApi.TcpRoute],
        "TLS" => [GatewayApi.TlsRoute],
        _ => [],
    };

    private static EquatableArray<string> Kinds(Api.Listener listener) => listener.AllowedRoutes is { Kinds.Count: > 0 } allowed
        ? Supported(listener).Where(k => allowed.Kinds.Any(a => IsKind(a, k))).ToEquatableArray()
        : Supported(listener);

    private void CheckKinds(ListenerOwner owner, Api.Listener listener, string field)
    {
        if (listener.AllowedRoutes is not { } allowed)
            return;
        var supported = Supported(listener);
        for (var i = 0; i < allowed.Kinds.Count; i++)
        {
            if (supported.Any(k => IsKind(allowed.Kinds[i], k)))
                continue;
            var message = $"a listener of protocol {listener.Protocol} takes no {allowed.Kinds[i].Kind}";
            Refuse(owner, $"{field}.allowedRoutes.kinds[{i}]", message, [new(ConditionTypes.ResolvedRefs, Reasons.InvalidRouteKinds, message)]);
        }
    }

    private static bool IsKind(Api.RouteKind allowed, string kind) => allowed.Kind == kind && (allowed.Group ?? GatewayApi.Group) == GatewayApi.Group;

    private void RefuseProtocol(ListenerOwner owner, string field, string message) => Refuse(owner, field, message, [
        new(ConditionTypes.Accepted, Reasons.UnsupportedProtocol, message), new(ConditionTypes.Programmed, Reasons.Invalid, message)]);

    /// <summary>Notes what is wrong with the listener at hand, and which conditions don't hold for that.</summary>
    private void Refuse(ListenerOwner owner, string field, string message, ListenerFault[] faults)
    {
        Note(owner, field, message);
        _current.AddRange(faults);
    }

    private void Note(ListenerOwner owner, string field, string message) =>
        _faults.Add(new GatewayFault(owner.Kind, owner.Key, References.IneffectiveListener, field, message));
}
