using System.Net;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Validation;
using Message = Istio.Networking.V1Alpha3.VirtualService;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>What Istio's validation demands of a VirtualService.</summary>
internal static class VirtualServiceRules
{
    private const string Wildcard = "*";

    /// <summary>Checks a message as the user wrote it.</summary>
    public static void Check(Message message, ConfigObject source, Problems problems)
    {
        var isDelegate = message.Hosts.Count == 0;
        var forGateways = message.Gateways.Count > 0 && !message.Gateways.Contains(VirtualServiceSpec.Mesh);
        if (isDelegate)
        {
            const string what = "a VirtualService without hosts is one that others delegate to";
            problems.Require(message.Gateways.Count == 0, "spec.gateways", $"{what}: it has no gateways");
            problems.Require(message.Tls.Count == 0, "spec.tls", $"{what}: it has routes of requests only");
            problems.Require(message.Tcp.Count == 0, "spec.tcp", $"{what}: it has routes of requests only");
        }

        CheckGateways(message.Gateways, "spec.gateways", problems);
        CheckHosts(message, forGateways, problems);
        problems.Require(message.Http.Count + message.Tls.Count + message.Tcp.Count > 0, "spec", "http, tls or tcp is required");
        for (var i = 0; i < message.Http.Count; i++)
            new HttpRouteRules(problems, $"spec.http[{i}]", message.Gateways.Count == 0 || !forGateways).Check(message.Http[i], isDelegate);
        ConnectionRouteRules.Check(message, forGateways, problems);
        ExportRules.Check(message.ExportTo, source.Meta.Namespace, false, problems);
        UnreachableRoutes.Warn(message, problems);
    }

    /// <summary>Checks names of gateways: <c>mesh</c>, a name of the own namespace, or <c>namespace/name</c>.</summary>
    public static void CheckGateways(IReadOnlyList<string> names, string field, Problems problems)
    {
        for (var i = 0; i < names.Count; i++)
        {
            var valid = names[i].Split('/', 2) switch
            {
                [var alone] => NameRules.IsDomain(alone),
                [var ns, var name] => NameRules.IsLabel(ns) && NameRules.IsLabel(name),
                _ => false,
            };
            problems.Require(valid, $"{field}[{i}]", $"'{names[i]}' is no name of a gateway: write namespace/name");
            if (valid && !names[i].Contains('/', StringComparison.Ordinal) && names[i].Contains('.', StringComparison.Ordinal))
                problems.Warn($"{field}[{i}]", $"'{names[i]}' is the old form: prefer namespace/name");
        }
    }

    /// <summary>Whether a text is an address, in the usual form.</summary>
    public static bool IsAddress(string text) => IPAddress.TryParse(text, out _) && (text.Contains(':', StringComparison.Ordinal) || text.Count(c => c == '.') == 3);

    private static void CheckHosts(Message message, bool forGateways, Problems problems)
    {
        var names = message.Tls.SelectMany(r => r.Match).Any(m => m.SniHosts.Count > 0);
        var valid = true;
        for (var i = 0; i < message.Hosts.Count; i++)
        {
            var (host, field) = (message.Hosts[i], $"spec.hosts[{i}]");
            var known = NameRules.IsWildcardDomain(host) || IsAddress(host) || (forGateways && names && ConnectionRouteRules.IsServerName(host));
            problems.Require(known, field, $"'{host}' is no host");
            problems.Require(forGateways || host != Wildcard, field, "'*' is for gateways only");
            valid &= known && (forGateways || host != Wildcard);
        }

        if (!valid)
            return;
        var hosts = new HostSet(message.Hosts);
        for (var i = 0; i < message.Hosts.Count; i++)
        {
            if (hosts.OtherThan(message.Hosts[i], i) is >= 0 and var other)
                problems.Error($"spec.hosts[{Math.Max(i, other)}]", $"'{message.Hosts[i]}' overlaps '{message.Hosts[other]}'");
        }
    }
}
