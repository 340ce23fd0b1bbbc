using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Features.Validation;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;
using Message = Istio.Networking.V1Alpha3.Sidecar;

namespace ControlPlane.Translation.Features.Sidecar;

/// <summary>What Istio's validation demands of a Sidecar.</summary>
internal static class SidecarRules
{
    private const string UnixPrefix = "unix://";
    private const char Exclude = '~';
    private static readonly string[] LocalAddresses = ["", "127.0.0.1", "0.0.0.0", "::1", "::"];

    /// <summary>Checks a message.</summary>
    public static void Check(Message message, ConfigObject source, Problems problems)
    {
        if (message.WorkloadSelector is { Labels.Count: 0 })
            problems.Warn("spec.workloadSelector", "a selector without labels selects every workload of the namespace");
        var says = message.Egress.Count + message.Ingress.Count > 0 || message.OutboundTrafficPolicy is not null || message.InboundConnectionPool is not null;
        problems.Require(says, "spec", "egress, ingress, outboundTrafficPolicy or inboundConnectionPool is required");
        var ports = new HashSet<uint>();
        for (var i = 0; i < message.Ingress.Count; i++)
        {
            var (ingress, field) = (message.Ingress[i], $"spec.ingress[{i}]");
            CheckIngress(ingress, field, problems);
            problems.Require(ingress.Port is null || ports.Add(ingress.Port.Number), $"{field}.port.number", $"port {ingress.Port?.Number} is declared twice");
        }

        CheckPool(message.InboundConnectionPool, "spec.inboundConnectionPool", problems);
        CheckEgress(message, source, problems);
        CheckPolicy(message.OutboundTrafficPolicy, problems);
    }

    private static void CheckIngress(IstioIngressListener ingress, string field, Problems problems)
    {
        problems.Require(ingress.Port is not null, $"{field}.port", "a port is required");
        if (ingress.Port is not { } port)
            return;
        CheckPort(port, $"{field}.port", problems);
        problems.Require(NameRules.IsPort(port.Number), $"{field}.port.number", $"{port.Number} is no port");
        problems.Require(ingress.Bind.Length == 0 || VirtualServiceRules.IsAddress(ingress.Bind), $"{field}.bind", $"'{ingress.Bind}' is no address");
        CheckEndpoint(ingress.DefaultEndpoint, $"{field}.defaultEndpoint", problems);
        if (ingress.Tls is { } tls)
            CheckTls(tls, port, $"{field}.tls", problems);
        CheckPool(ingress.ConnectionPool, $"{field}.connectionPool", problems);
        if (ingress.ConnectionPool?.Http is not null && !Protocols.OfWord(port.Protocol).IsHttp())
            problems.Warn($"{field}.connectionPool.http", "it has no effect: the port is not HTTP");
    }

    private static void CheckPool(ConnectionPoolSettings? pool, string field, Problems problems)
    {
        DestinationRuleRules.CheckPool(pool, field, problems);
        if (pool?.Http is { H2UpgradePolicy: not ConnectionPoolSettings.Types.HTTPSettings.Types.H2UpgradePolicy.Default })
            problems.Warn($"{field}.http.h2UpgradePolicy", "it has no effect: connections to the application are not upgraded");
    }

    private static void CheckPort(SidecarPort port, string field, Problems problems)
    {
        problems.Require(port.Name.Length == 0 || NameRules.IsLabel(port.Name), $"{field}.name", $"'{port.Name}' is no name of a port");
        problems.Require(port.Protocol.Length == 0 || Protocols.OfWord(port.Protocol) != Protocol.Auto, $"{field}.protocol", $"'{port.Protocol}' is no protocol");
        problems.Require(port.TargetPort == 0, $"{field}.targetPort", "a Sidecar's port has no target port");
    }

    private static void CheckEndpoint(string endpoint, string field, Problems problems)
    {
        if (endpoint.Length == 0)
            return;
        if (endpoint.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            problems.Require(IsSocket(endpoint[UnixPrefix.Length..]), field, $"'{endpoint}' is no path of a socket");
            return;
        }

        var colon = endpoint.LastIndexOf(':');
        var host = colon < 0 ? endpoint : endpoint[..colon];
        if (host is ['[', .. var inner, ']'])
            host = inner;
        else
            problems.Require(!host.Contains(':', StringComparison.Ordinal), field, "an IPv6 address is written in brackets");
        problems.Require(LocalAddresses.Contains(host), field, "127.0.0.1:port, 0.0.0.0:port, [::1]:port, [::]:port or unix://path is required");
        problems.Require(int.TryParse(endpoint[(colon + 1)..], out var port) && NameRules.IsPort(port), field, "a port is required");
    }

    private static void CheckTls(ServerTLSSettings tls, SidecarPort port, string field, Problems problems)
    {
        problems.Require(tls.SubjectAltNames.Count == 0, $"{field}.subjectAltNames", "it is not supported");
        problems.Require(!tls.HttpsRedirect, $"{field}.httpsRedirect", "it is not supported");
        problems.Require(tls.CredentialName.Length == 0, $"{field}.credentialName", "it is not supported");
        problems.Require(tls.CredentialNames.Count == 0, $"{field}.credentialNames", "it is not supported");
        problems.Require(tls.TlsCertificates.Count == 0, $"{field}.tlsCertificates", "it is not supported");
        var mode = tls.Mode is not (ServerTLSSettings.Types.TLSmode.IstioMutual or ServerTLSSettings.Types.TLSmode.AutoPassthrough);
        problems.Require(mode, $"{field}.mode", $"{tls.Mode} is not possible");
        problems.Require(Protocols.OfWord(port.Protocol).IsTls(), field, "only HTTPS and TLS ports have TLS settings");
    }

    private static void CheckEgress(Message message, ConfigObject source, Problems problems)
    {
        var (ports, sockets) = (new HashSet<uint>(), new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < message.Egress.Count; i++)
        {
            var (egress, field) = (message.Egress[i], $"spec.egress[{i}]");
            CheckHosts(egress, source.Meta.Namespace, $"{field}.hosts", problems);
            if (egress.Port is not { } port)
            {
                problems.Require(i == message.Egress.Count - 1, field, "the listener without port must be the last");
                continue;
            }

            CheckPort(port, $"{field}.port", problems);
            if (port.Number != 0)
            {
                problems.Require(NameRules.IsPort(port.Number), $"{field}.port.number", $"{port.Number} is no port");
                problems.Require(egress.Bind.Length == 0 || VirtualServiceRules.IsAddress(egress.Bind), $"{field}.bind", $"'{egress.Bind}' is no address");
                problems.Require(ports.Add(port.Number), $"{field}.port.number", $"port {port.Number} is declared twice");
                continue;
            }

            var socket = egress.Bind.StartsWith(UnixPrefix, StringComparison.Ordinal) && IsSocket(egress.Bind[UnixPrefix.Length..]);
            problems.Require(socket, $"{field}.bind", "a port 0 needs the path of a socket, unix://path");
            problems.Require(egress.CaptureMode != CaptureMode.Iptables, $"{field}.captureMode", "connections to sockets can't be intercepted");
            problems.Require(sockets.Add(egress.Bind), $"{field}.bind", $"'{egress.Bind}' is declared twice");
        }
    }

    private static void CheckHosts(IstioEgressListener egress, string ownNamespace, string field, Problems problems)
    {
        problems.Require(egress.Hosts.Count > 0, field, "a host is required");
        var seen = new HashSet<(string Namespace, string Host)>();
        for (var i = 0; i < egress.Hosts.Count; i++)
        {
            if (egress.Hosts[i].Split('/', 2) is not [var written, var host])
            {
                problems.Error($"{field}[{i}]", $"'{egress.Hosts[i]}' has no namespace: write namespace/host");
                continue;
            }

            var name = written.StartsWith(Exclude) ? written[1..] : written;
            problems.Require(written.Length > 0 && name is "" or "*" or "." || NameRules.IsLabel(name), $"{field}[{i}]", $"'{written}' is no namespace");
            var valid = host == "*" || (!NameRules.IsPartialWildcard(host) && (NameRules.IsWildcardDomain(host) || VirtualServiceRules.IsAddress(host)));
            problems.Require(valid, $"{field}[{i}]", $"'{host}' is no host");
            var key = (name == "." ? ownNamespace : name, host);
            if (!written.StartsWith(Exclude) && (seen.Contains((key.Item1, "*")) || !seen.Add(key)))
                problems.Warn($"{field}[{i}]", $"'{egress.Hosts[i]}' is imported already");
        }
    }

    private static void CheckPolicy(OutboundTrafficPolicy? policy, Problems problems)
    {
        if (policy?.EgressProxy is not { } proxy)
            return;
        const string field = "spec.outboundTrafficPolicy.egressProxy";
        problems.Require(policy.Mode == OutboundTrafficPolicy.Types.Mode.AllowAny, field, "it needs mode ALLOW_ANY");
        problems.Require(proxy.Port is not null, $"{field}.port", "a port is required");
        problems.Require(NameRules.IsDomain(proxy.Host), $"{field}.host", $"'{proxy.Host}' is no host");
        problems.Require(proxy.Subset.Length == 0 || NameRules.IsLabel(proxy.Subset), $"{field}.subset", $"'{proxy.Subset}' is no name of a subset");
        problems.Require(proxy.Port is null || NameRules.IsPort(proxy.Port.Number), $"{field}.port", $"{proxy.Port?.Number} is no port");
    }

    private static bool IsSocket(string path) => path.StartsWith('@') || (path.StartsWith('/') && !path.EndsWith('/'));
}
