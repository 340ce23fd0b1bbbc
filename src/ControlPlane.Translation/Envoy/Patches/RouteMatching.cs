using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.EnvoyFilter;
using Envoy.Config.Route.V3;
using Action = Istio.Networking.V1Alpha3.EnvoyFilter.Types.RouteConfigurationMatch.Types.RouteMatch.Types.Action;

namespace ControlPlane.Translation.Envoy.Patches;

/// <summary>Which route configurations, virtual hosts and routes patches speak of.</summary>
internal static class RouteMatching
{
    private const string PlainPrefix = "http.";
    private const string SecurePrefix = "https.";
    private const string InboundPrefix = "inbound|";

    /// <summary>Whether a route configuration is meant.</summary>
    /// <param name="patch">The patch.</param>
    /// <param name="name">Name of the configuration.</param>
    /// <param name="isGateway">Whether it is one of a gateway: by the port of the server, its name and its Gateway these can be found too.</param>
    /// <param name="serverPorts">See <see cref="PatchPlace.ServerPorts"/>.</param>
    public static bool Matches(EnvoyPatch patch, string name, bool isGateway, EquatableArray<int> serverPorts)
    {
        if (patch.Routes is not { } match)
            return true;
        if (match.Name.Length > 0 && match.Name != name)
            return false;
        if (!isGateway)
            return match.PortNumber == 0 || match.PortNumber == SidecarPort(name);
        var (port, portName, gateway) = Parse(name);
        return (match.PortName.Length == 0 || match.PortName == portName)
            && (match.Gateway.Length == 0 || match.Gateway == gateway)
            && (match.PortNumber == 0 || (serverPorts.IsEmpty ? port == match.PortNumber : serverPorts.Contains((int)match.PortNumber)));
    }

    /// <summary>Whether a virtual host of a matching configuration is meant.</summary>
    public static bool Matches(EnvoyPatch patch, VirtualHost host) =>
        patch.Routes?.Vhost is not { } match
        || ((match.Name.Length == 0 || match.Name == host.Name) && (match.DomainName.Length == 0 || host.Domains.Contains(match.DomainName)));

    /// <summary>Whether a patch names routes at all.</summary>
    public static bool NamesRoute(EnvoyPatch patch) => patch.Routes?.Vhost?.Route is not null;

    /// <summary>Whether a route of a matching virtual host is meant.</summary>
    public static bool Matches(EnvoyPatch patch, Route route)
    {
        if (patch.Routes?.Vhost?.Route is not { } match)
            return true;
        if (match.Name.Length > 0 && match.Name != route.Name)
            return false;
        return match.Action == Action.Any || route.ActionCase switch
        {
            Route.ActionOneofCase.Route_ => match.Action == Action.Route,
            Route.ActionOneofCase.Redirect => match.Action == Action.Redirect,
            Route.ActionOneofCase.DirectResponse => match.Action == Action.DirectResponse,
            _ => true,
        };
    }

    /// <summary>Port in the name of a gateway's route configuration, 0 where it holds none that can be read.</summary>
    public static int GatewayPort(string name) => Parse(name).Port;

    private static int SidecarPort(string name) =>
        name.StartsWith(InboundPrefix, StringComparison.Ordinal) ? ClusterNames.Parts(name).Port : Number(name);

    /// <summary>Takes apart http.PORT and https.PORT.NAME.GATEWAY.NAMESPACE; names with an address hold nothing that can be matched.</summary>
    private static (int Port, string PortName, string Gateway) Parse(string name)
    {
        if (name.StartsWith(PlainPrefix, StringComparison.Ordinal))
            return (Number(name[PlainPrefix.Length..]), "", "");
        return name.StartsWith(SecurePrefix, StringComparison.Ordinal) && name.Split('.') is [_, var port, var portName, var gateway, var @namespace]
            ? (Number(port), portName, $"{@namespace}/{gateway}")
            : (0, "", "");
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
