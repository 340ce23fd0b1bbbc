using System.Net;
using ControlPlane.Translation.Features.Validation;
using Google.Protobuf.Collections;
using Istio.Networking.V1Alpha3;
using Message = Istio.Networking.V1Alpha3.VirtualService;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>What Istio's validation demands of routes of connections.</summary>
internal static class ConnectionRouteRules
{
    private const string OutboundPrefix = "outbound_";

    /// <summary>Checks all routes of connections.</summary>
    public static void Check(Message message, bool forGateways, Problems problems)
    {
        var hosts = new HostSet(message.Hosts);
        for (var i = 0; i < message.Tls.Count; i++)
        {
            var (route, field) = (message.Tls[i], $"spec.tls[{i}]");
            problems.Require(route.Match.Count > 0, $"{field}.match", "a match is required");
            for (var j = 0; j < route.Match.Count; j++)
                CheckMatch(route.Match[j], hosts, forGateways, $"{field}.match[{j}]", problems);
            CheckDestinations(route.Route, $"{field}.route", problems);
        }

        for (var i = 0; i < message.Tcp.Count; i++)
        {
            var (route, field) = (message.Tcp[i], $"spec.tcp[{i}]");
            for (var j = 0; j < route.Match.Count; j++)
            {
                var (match, path) = (route.Match[j], $"{field}.match[{j}]");
                CheckNetworks(match.DestinationSubnets, path, problems);
                DestinationChecks.StaticConditions(match.Port, match.SourceLabels, match.Gateways, path, problems);
                if (match.SourceSubnet.Length > 0)
                    problems.Warn($"{path}.sourceSubnet", "it has no effect");
            }

            CheckDestinations(route.Route, $"{field}.route", problems);
        }
    }

    /// <summary>Whether a text is a server name of the form that gateways between networks use, <c>outbound_.port_.subset_.host</c>.</summary>
    public static bool IsServerName(string text) =>
        text.StartsWith(OutboundPrefix, StringComparison.Ordinal) && text.Split('_') is [_, var port, _, var host, ..]
        && port.Any(char.IsAsciiDigit) && host.Any(char.IsAsciiLetter);

    private static void CheckMatch(TLSMatchAttributes match, HostSet hosts, bool forGateways, string field, Problems problems)
    {
        problems.Require(match.SniHosts.Count > 0, $"{field}.sniHosts", "a server name is required");
        for (var i = 0; i < match.SniHosts.Count; i++)
        {
            var (name, path) = (match.SniHosts[i], $"{field}.sniHosts[{i}]");
            if (!NameRules.IsWildcardDomain(name) && VirtualServiceRules.IsAddress(name))
            {
                problems.Warn(path, $"'{name}' is an address, which TLS clients don't send as server name");
                continue;
            }

            problems.Require(NameRules.IsWildcardDomain(name) || (forGateways && IsServerName(name)), path, $"'{name}' is no server name");
            problems.Require(hosts.Covers(name), path, $"'{name}' is not within the hosts of the VirtualService");
        }

        CheckNetworks(match.DestinationSubnets, field, problems);
        DestinationChecks.StaticConditions(match.Port, match.SourceLabels, match.Gateways, field, problems);
    }

    private static void CheckNetworks(RepeatedField<string> networks, string field, Problems problems)
    {
        for (var i = 0; i < networks.Count; i++)
        {
            var parts = networks[i].Split('/');
            var address = VirtualServiceRules.IsAddress(parts[0]) ? IPAddress.Parse(parts[0]) : null;
            var bits = address?.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128;
            var valid = address is not null && (parts.Length == 1 || (parts.Length == 2 && int.TryParse(parts[1], out var length) && length >= 0 && length <= bits));
            problems.Require(valid, $"{field}.destinationSubnets[{i}]", $"'{networks[i]}' is no address or network");
        }
    }

    private static void CheckDestinations(RepeatedField<RouteDestination> routes, string field, Problems problems)
    {
        problems.Require(routes.Count > 0, field, "a destination is required");
        for (var i = 0; i < routes.Count; i++)
            DestinationChecks.Check(routes[i].Destination, routes[i].Weight, $"{field}[{i}]", problems);
        problems.Require(routes.Count < 2 || routes.Sum(r => (long)r.Weight) != 0, field, "all weights are 0");
    }
}
