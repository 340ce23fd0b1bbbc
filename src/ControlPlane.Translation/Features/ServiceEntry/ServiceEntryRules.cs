using System.Net;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Validation;
using ControlPlane.Translation.Features.WorkloadEntry;
using ControlPlane.Translation.Views.Services;
using Message = Istio.Networking.V1Alpha3.ServiceEntry;
using Resolutions = Istio.Networking.V1Alpha3.ServiceEntry.Types.Resolution;

namespace ControlPlane.Translation.Features.ServiceEntry;

/// <summary>What Istio's validation demands of a ServiceEntry.</summary>
internal static class ServiceEntryRules
{
    /// <summary>Checks a message.</summary>
    public static void Check(Message message, ConfigObject source, bool autoAllocated, Problems problems)
    {
        CheckSelector(message, problems);
        CheckHosts(message, problems);
        CheckAddresses(message, problems);
        CheckPorts(message, autoAllocated, problems);
        CheckResolution(message, problems);
        if (message.Resolution != Resolutions.None && message.Hosts.Count > 1)
        {
            var mixed = message.Ports.Any(static p => Protocols.OfWord(p.Protocol) is var protocol && !protocol.IsHttp() && !protocol.IsTls());
            problems.Require(!mixed, "spec.ports", "several hosts on a port that is neither HTTP nor TLS can't be told apart");
        }

        ExportRules.Check(message.ExportTo, source.Meta.Namespace, true, problems);
    }

    private static void CheckSelector(Message message, Problems problems)
    {
        if (message.WorkloadSelector is not { } selector)
            return;
        if (selector.Labels.Count == 0)
            problems.Warn("spec.workloadSelector", "a selector without labels selects every workload of the namespace");
        foreach (var (key, value) in selector.Labels)
        {
            var plain = key.Length > 0 && !key.Contains('*', StringComparison.Ordinal) && !value.Contains('*', StringComparison.Ordinal);
            problems.Require(plain, $"spec.workloadSelector.labels[{key}]", "keys must not be empty, and wildcards are not supported");
        }

        problems.Require(message.Endpoints.Count == 0, "spec.workloadSelector", "only one of workloadSelector and endpoints may be given");
        if (message.Resolution == Resolutions.None)
            problems.Warn("spec.workloadSelector", "it has no effect with resolution NONE");
    }

    private static void CheckHosts(Message message, Problems problems)
    {
        problems.Require(message.Hosts.Count > 0, "spec.hosts", "at least one host is required");
        for (var i = 0; i < message.Hosts.Count; i++)
        {
            var (host, field) = (message.Hosts[i], $"spec.hosts[{i}]");
            problems.Require(host != "*" && NameRules.IsWildcardDomain(host), field, $"'{host}' is no host");
            if (message.Resolution != Resolutions.DynamicDns && NameRules.IsPartialWildcard(host))
                problems.Warn(field, $"the wildcard of '{host}' is no whole label and matches nothing");
        }
    }

    private static void CheckAddresses(Message message, Problems problems)
    {
        for (var i = 0; i < message.Addresses.Count; i++)
            problems.Require(IsAddress(message.Addresses[i]), $"spec.addresses[{i}]", $"'{message.Addresses[i]}' is no address or range");
        if (message.Resolution is not (Resolutions.None or Resolutions.Static))
            problems.Require(!message.Addresses.Any(static a => a.Contains('/', StringComparison.Ordinal)), "spec.addresses", "ranges are allowed with resolution NONE and STATIC only");
    }

    private static bool IsAddress(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return ServiceAddresses.IsIp(text);
        return IPAddress.TryParse(text.AsSpan(0, slash), out var address) && int.TryParse(text.AsSpan(slash + 1), out var length)
            && length >= 0 && length <= address.GetAddressBytes().Length * 8;
    }

    private static void CheckPorts(Message message, bool autoAllocated, Problems problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new HashSet<uint>();
        for (var i = 0; i < message.Ports.Count; i++)
        {
            var (port, field) = (message.Ports[i], $"spec.ports[{i}]");
            problems.Require(names.Add(port.Name), field + ".name", $"'{port.Name}' is used twice");
            problems.Require(numbers.Add(port.Number), field + ".number", $"{port.Number} is used twice");
            problems.Require(NameRules.IsPort(port.Number), field + ".number", $"{port.Number} is no port");
            problems.Require(port.TargetPort == 0 || NameRules.IsPort(port.TargetPort), field + ".targetPort", $"{port.TargetPort} is no port");
            problems.Require(NameRules.IsLabel(port.Name), field + ".name", $"'{port.Name}' is no port name");
            problems.Require(port.Protocol.Length == 0 || Protocols.OfWord(port.Protocol) != Protocol.Auto, field + ".protocol", $"'{port.Protocol}' is not supported");
            if (message.Addresses.Count == 0 && !autoAllocated && port.Protocol is "" or "TCP" && message.Addresses.Count == 0 && !autoAllocated)
                problems.Warn(field, "without addresses a TCP port takes every connection to its number");
        }
    }

    private static void CheckResolution(Message message, Problems problems)
    {
        switch (message.Resolution)
        {
            case Resolutions.None:
                problems.Require(message.Endpoints.Count == 0, "spec.endpoints", "there must be none with resolution NONE");
                break;
            case Resolutions.Static:
                var ports = message.Ports.Select(static p => p.Name).ToHashSet(StringComparer.Ordinal);
                for (var i = 0; i < message.Endpoints.Count; i++)
                    WorkloadEntryReader.Check(message.Endpoints[i], $"spec.endpoints[{i}]", ports, false, problems);
                break;
            case Resolutions.Dns or Resolutions.DnsRoundRobin:
                CheckDns(message, problems);
                break;
            case Resolutions.DynamicDns:
                CheckDynamic(message, problems);
                break;
        }
    }

    private static void CheckDns(Message message, Problems problems)
    {
        if (message.Endpoints.Count == 0)
            problems.Require(message.Hosts.All(NameRules.IsDomain), "spec.hosts", "without endpoints the hosts are resolved: they must be domain names without wildcards");
        problems.Require(message.Resolution == Resolutions.Dns || message.Endpoints.Count <= 1, "spec.endpoints", "resolution DNS_ROUND_ROBIN takes at most one");
        var ports = message.Ports.Select(static p => p.Name).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < message.Endpoints.Count; i++)
        {
            var (endpoint, field) = (message.Endpoints[i], $"spec.endpoints[{i}]");
            var known = IPAddress.TryParse(endpoint.Address, out _) || NameRules.IsDomain(endpoint.Address);
            problems.Require(known, field + ".address", $"'{endpoint.Address}' is no IP address or domain name");
            foreach (var (name, number) in endpoint.Ports)
                problems.Require(ports.Contains(name) && NameRules.IsLabel(name) && NameRules.IsPort(number), $"{field}.ports[{name}]", "this is no port of the service");
            foreach (var (key, value) in endpoint.Labels)
                problems.Require(NameRules.IsObjectLabel(key, value), $"{field}.labels[{key}]", "this is no label");
        }

        if (message.Addresses.Count > 0 && message.Hosts.Count > 1 && message.Ports.Any(static p => Protocols.OfWord(p.Protocol).IsTcp()))
            problems.Warn("spec.hosts", "several hosts share addresses on a TCP port: connections go to one of them");
    }

    private static void CheckDynamic(Message message, Problems problems)
    {
        problems.Require(message.Hosts.All(NameRules.IsWildcard), "spec.hosts", "hosts must have a wildcard with resolution DYNAMIC_DNS");
        problems.Require(message.Addresses.Count == 0, "spec.addresses", "there must be none with resolution DYNAMIC_DNS");
        problems.Require(message.Endpoints.Count == 0, "spec.endpoints", "there must be none with resolution DYNAMIC_DNS");
        var known = message.Ports.All(static p => Protocols.OfWord(p.Protocol) is Protocol.Http or Protocol.Http2 or Protocol.Grpc or Protocol.Tls);
        problems.Require(known, "spec.ports", "only HTTP, HTTP2, GRPC and TLS are supported with resolution DYNAMIC_DNS");
    }
}
