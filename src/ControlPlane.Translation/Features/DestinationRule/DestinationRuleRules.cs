using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Validation;
using Google.Protobuf.WellKnownTypes;
using Istio.Networking.V1Alpha3;
using Message = Istio.Networking.V1Alpha3.DestinationRule;
using TlsMode = Istio.Networking.V1Alpha3.ClientTLSSettings.Types.TLSmode;

namespace ControlPlane.Translation.Features.DestinationRule;

/// <summary>What Istio's validation demands of a DestinationRule.</summary>
internal static class DestinationRuleRules
{
    private const string ConfigMapScheme = "configmap://";
    private const int MaxPercent = 100;

    private static readonly Duration MinimumDuration = new() { Nanos = 1_000_000 };

    /// <summary>Checks a message.</summary>
    public static void Check(Message message, ConfigObject source, Problems problems)
    {
        problems.Require(NameRules.IsWildcardDomain(message.Host), "spec.host", $"'{message.Host}' is no host");
        CheckPolicy(message.TrafficPolicy, "spec.trafficPolicy", source, problems);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < message.Subsets.Count; i++)
        {
            var (subset, field) = (message.Subsets[i], $"spec.subsets[{i}]");
            problems.Require(NameRules.IsLabel(subset.Name), field + ".name", $"'{subset.Name}' is no name of a subset");
            problems.Require(names.Add(subset.Name), field + ".name", $"'{subset.Name}' is used twice");
            foreach (var (key, value) in subset.Labels)
                problems.Require(NameRules.IsObjectLabel(key, value), $"{field}.labels[{key}]", "this is no label");
            CheckPolicy(subset.TrafficPolicy, field + ".trafficPolicy", source, problems);
        }

        ExportRules.Check(message.ExportTo, source.Meta.Namespace, false, problems);
        if (message.WorkloadSelector is not null)
        {
            var own = message.ExportTo.All(e => e == "." || e == source.Meta.Namespace);
            problems.Require(own, "spec.exportTo", "a rule with a workload selector is for its own namespace only");
        }
    }

    private static void CheckPolicy(TrafficPolicy? policy, string field, ConfigObject source, Problems problems)
    {
        if (policy is null)
            return;
        var empty = policy is { OutlierDetection: null, ConnectionPool: null, LoadBalancer: null, Tls: null, Tunnel: null, ProxyProtocol: null, RetryBudget: null }
            && policy.PortLevelSettings.Count == 0;
        problems.Require(!empty, field, "a traffic policy must say something");
        problems.Require(policy.Tunnel is null || policy.ProxyProtocol is null, field, "tunnel and proxyProtocol exclude each other");
        CheckParts(policy.LoadBalancer, policy.ConnectionPool, policy.OutlierDetection, policy.Tls, field, source, problems);
        CheckTunnel(policy.Tunnel, field + ".tunnel", problems);
        for (var i = 0; i < policy.PortLevelSettings.Count; i++)
        {
            var (port, path) = (policy.PortLevelSettings[i], $"{field}.portLevelSettings[{i}]");
            problems.Require(port.Port is not null, path + ".port", "a port is required");
            problems.Require(port.LoadBalancer is not null || port.ConnectionPool is not null || port.OutlierDetection is not null || port.Tls is not null, path, "it must say something");
            CheckParts(port.LoadBalancer, port.ConnectionPool, port.OutlierDetection, port.Tls, path, source, problems);
        }
    }

    private static void CheckParts(
        LoadBalancerSettings? balancer, ConnectionPoolSettings? pool, OutlierDetection? outlier, ClientTLSSettings? tls, string field, ConfigObject source, Problems problems)
    {
        CheckBalancer(balancer, outlier, field + ".loadBalancer", problems);
        CheckPool(pool, field + ".connectionPool", problems);
        CheckOutlier(outlier, field + ".outlierDetection", problems);
        CheckTls(tls, field + ".tls", source, problems);
    }

    private static void CheckOutlier(OutlierDetection? outlier, string field, Problems problems)
    {
        if (outlier is null)
            return;
        CheckDuration(outlier.BaseEjectionTime, field + ".baseEjectionTime", problems);
        CheckDuration(outlier.Interval, field + ".interval", problems);
        problems.Require(outlier.MaxEjectionPercent is >= 0 and <= MaxPercent, field + ".maxEjectionPercent", "a percentage is required");
        problems.Require(outlier.MinHealthPercent is >= 0 and <= MaxPercent, field + ".minHealthPercent", "a percentage is required");
        var local = outlier.ConsecutiveLocalOriginFailures is > 0 && !outlier.SplitExternalLocalOriginErrors;
        problems.Require(!local, field + ".consecutiveLocalOriginFailures", "it needs splitExternalLocalOriginErrors");
        if (outlier.ConsecutiveErrors != 0)
            problems.Warn(field + ".consecutiveErrors", "it has no effect: use consecutive5xxErrors or consecutiveGatewayErrors");
    }

    /// <summary>Checks a connection pool; null is none.</summary>
    public static void CheckPool(ConnectionPoolSettings? pool, string field, Problems problems)
    {
        if (pool is null)
            return;
        problems.Require(pool.Http is not null || pool.Tcp is not null, field, "a connection pool must say something");
        if (pool.Http is { } http)
        {
            int[] limits = [http.Http1MaxPendingRequests, http.Http2MaxRequests, http.MaxRequestsPerConnection, http.MaxRetries, http.MaxConcurrentStreams];
            problems.Require(limits.All(static l => l >= 0), field + ".http", "limits must not be negative");
            CheckDuration(http.IdleTimeout, field + ".http.idleTimeout", problems);
            var both = http.UseClientProtocol && http.H2UpgradePolicy == ConnectionPoolSettings.Types.HTTPSettings.Types.H2UpgradePolicy.Upgrade;
            problems.Require(!both, field + ".http.useClientProtocol", "it excludes h2UpgradePolicy UPGRADE");
            if (http.Http2KeepAlive is { } probes)
            {
                problems.Require(probes.Interval is not null && probes.Timeout is not null, field + ".http.http2KeepAlive", "interval and timeout are required");
                CheckDuration(probes.Interval, field + ".http.http2KeepAlive.interval", problems);
                CheckDuration(probes.Timeout, field + ".http.http2KeepAlive.timeout", problems);
            }
        }

        if (pool.Tcp is not { } tcp)
            return;
        problems.Require(tcp.MaxConnections >= 0, field + ".tcp.maxConnections", "limits must not be negative");
        CheckDuration(tcp.ConnectTimeout, field + ".tcp.connectTimeout", problems);
        CheckDuration(tcp.MaxConnectionDuration, field + ".tcp.maxConnectionDuration", problems);
        if (tcp.IdleTimeout is { } idle && (idle.Seconds != 0 || idle.Nanos >= MinimumDuration.Nanos))
            CheckDuration(idle, field + ".tcp.idleTimeout", problems);
        CheckDuration(tcp.TcpKeepalive?.Time, field + ".tcp.tcpKeepalive.time", problems);
        CheckDuration(tcp.TcpKeepalive?.Interval, field + ".tcp.tcpKeepalive.interval", problems);
    }

    private static void CheckBalancer(LoadBalancerSettings? balancer, OutlierDetection? outlier, string field, Problems problems)
    {
        if (balancer is null)
            return;
        if (balancer.ConsistentHash is { } hash)
            CheckHash(hash, field + ".consistentHash", problems);
        if (balancer.BackendUtilization is not null)
            problems.Warn(field + ".backendUtilization", "it has no effect: LEAST_REQUEST is used");
        problems.Require(balancer.LocalityLbSetting is null || balancer.ZoneAwareLbSetting is null, field, "localityLbSetting and zoneAwareLbSetting exclude each other");
        LocalityRules.Check(balancer.LocalityLbSetting, outlier is not null, field + ".localityLbSetting", problems);
        LocalityRules.Check(balancer.ZoneAwareLbSetting, outlier is not null, field + ".zoneAwareLbSetting", problems);
        if (balancer.Warmup is not { } warmup)
            return;
        problems.Require(warmup.Duration is not null, field + ".warmup.duration", "a duration is required");
        CheckDuration(warmup.Duration, field + ".warmup.duration", problems);
        problems.Require(warmup.MinimumPercent is null or <= MaxPercent, field + ".warmup.minimumPercent", "a percentage is required");
        problems.Require(warmup.Aggression is null or > 0, field + ".warmup.aggression", "it must be greater than 0");
    }

    private static void CheckHash(LoadBalancerSettings.Types.ConsistentHashLB hash, string field, Problems problems)
    {
        if (hash.HttpCookie is { } cookie)
        {
            problems.Require(cookie.Name.Length > 0, field + ".httpCookie.name", "a name is required");
            var names = cookie.Attributes.Select(static a => a.Name).ToList();
            problems.Require(names.TrueForAll(static n => n.Length > 0) && names.Distinct(StringComparer.Ordinal).Count() == names.Count, field + ".httpCookie.attributes", "every attribute needs a name of its own");
        }

        var algorithm = hash.HashAlgorithmCase != LoadBalancerSettings.Types.ConsistentHashLB.HashAlgorithmOneofCase.None;
        problems.Require(hash.MinimumRingSize == 0 || !algorithm, field + ".minimumRingSize", "it excludes ringHash and maglev");
        if (hash.Maglev is { } maglev)
            problems.Require(maglev.TableSize < 5000011 && IsPrime(maglev.TableSize), field + ".maglev.tableSize", "a prime below 5000011 is required");
    }

    private static void CheckTls(ClientTLSSettings? tls, string field, ConfigObject source, Problems problems)
    {
        if (tls is null)
            return;
        if (tls.CredentialName.StartsWith(ConfigMapScheme, StringComparison.Ordinal))
        {
            var own = tls.CredentialName[ConfigMapScheme.Length..].Split('/') is [var ns, { Length: > 0 }] && ns == source.Meta.Namespace;
            problems.Require(own, field + ".credentialName", "a ConfigMap of the rule's own namespace is required: configmap://namespace/name");
        }

        var insecure = tls.InsecureSkipVerify is true;
        var roots = tls.CaCertificates.Length > 0 || tls.SubjectAltNames.Count > 0;
        problems.Require(!insecure || tls.Mode is not (TlsMode.Simple or TlsMode.Mutual) || !roots, field + ".insecureSkipVerify", "it excludes caCertificates and subjectAltNames");
        problems.Require(!insecure || tls.Mode != TlsMode.Simple || tls.CredentialName.Length == 0, field + ".insecureSkipVerify", "it excludes credentialName");
        if (tls.Mode is TlsMode.Simple or TlsMode.Mutual && tls.CredentialName.Length > 0)
        {
            var files = tls.ClientCertificate.Length + tls.CaCertificates.Length + tls.PrivateKey.Length + tls.CaCrl.Length > 0;
            problems.Require(!files, field + ".credentialName", "it excludes certificates in files");
        }
        else if (tls.Mode == TlsMode.Mutual)
        {
            problems.Require(tls.ClientCertificate.Length > 0, field + ".clientCertificate", "it is required for mode MUTUAL");
            problems.Require(tls.PrivateKey.Length > 0, field + ".privateKey", "it is required for mode MUTUAL");
        }
    }

    private static void CheckTunnel(TrafficPolicy.Types.TunnelSettings? tunnel, string field, Problems problems)
    {
        if (tunnel is null)
            return;
        problems.Require(tunnel.Protocol is "" or "CONNECT" or "POST", field + ".protocol", "CONNECT or POST is required");
        problems.Require(NameRules.IsDomain(tunnel.TargetHost) || System.Net.IPAddress.TryParse(tunnel.TargetHost, out _), field + ".targetHost", $"'{tunnel.TargetHost}' is no host");
        problems.Require(NameRules.IsPort(tunnel.TargetPort), field + ".targetPort", $"{tunnel.TargetPort} is no port");
    }

    private static void CheckDuration(Duration? duration, string field, Problems problems) => problems.Require(
        duration is null || (duration.ToTimeSpan() >= MinimumDuration.ToTimeSpan() && duration.Nanos % MinimumDuration.Nanos == 0), field, "whole milliseconds, at least one, are required");

    private static bool IsPrime(ulong number)
    {
        // As in Istio's own check, 1 passes.
        if (number == 0)
            return false;
        for (ulong divisor = 2; divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0)
                return false;
        }

        return true;
    }
}
