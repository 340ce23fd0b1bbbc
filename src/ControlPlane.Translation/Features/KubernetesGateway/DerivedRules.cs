using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>The VirtualServices that HTTPRoutes and GRPCRoutes stand for: what all of them say of one host at one parent is merged.</summary>
internal static class DerivedRules
{
    private const string AnyHost = "*";

    private static readonly Derivation<RouteId, EquatableArray<HostRules>> OfRoute = new("KubernetesRoute.HostRules", static (reader, id) =>
        reader.Get(RouteObjects.Object, id).Spec is { } route ? Build(reader, route).ToEquatableArray() : []);

    /// <summary>Which routes say something under which key, the oldest first.</summary>
    private static readonly Derivation<Unit, EquatableArray<(string MergeKey, EquatableArray<RouteId> Routes)>> Groups = new("KubernetesRoute.Groups", static (reader, _) =>
        reader.Get(RouteObjects.All, Unit.Value)
            .Where(static r => r.Kind is GatewayApi.HttpRoute or GatewayApi.GrpcRoute)
            .SelectMany(r => reader.Get(OfRoute, r).DistinctBy(static h => h.MergeKey, StringComparer.Ordinal))
            .GroupBy(static h => h.MergeKey, StringComparer.Ordinal)
            .OrderBy(static g => g.Key, StringComparer.Ordinal)
            .Select(static g => (g.Key, InOrder(g).Select(static h => h.Route).ToEquatableArray()))
            .ToEquatableArray());

    private static readonly Derivation<(string MergeKey, EquatableArray<RouteId> Routes), VirtualServiceSpec?> OfGroup = new("KubernetesRoute.VirtualService", static (reader, group) =>
    {
        var parts = group.Routes.SelectMany(r => reader.Get(OfRoute, r)).Where(h => h.MergeKey == group.MergeKey).ToList();
        if (parts.Count == 0)
            return null;
        var rules = RulePrecedence.Sort(parts.SelectMany(static p => p.Rules).Select(static r => r.Message));
        return DerivedVirtualServices.Spec(new ObjectKey(parts[0].Route.Key.Namespace, group.MergeKey.Replace('/', '~')), parts[0].CreationTime, parts[0].Gateway, parts[0].Host) with
        {
            Http = rules.Select(static r => r.Freeze()).ToEquatableArray(),
        };
    });

    /// <summary>The VirtualServices.</summary>
    public static IEnumerable<VirtualServiceSpec> All(IReader reader) => reader.Get(Groups, Unit.Value).Select(g => reader.Get(OfGroup, g)).OfType<VirtualServiceSpec>();

    private static IEnumerable<HostRules> Build(IReader reader, RouteObject route)
    {
        foreach (var parent in reader.Get(RouteBindings.Of, route.Id).Parents)
        {
            var rules = reader.Get(RequestRules.Of, (route.Id, parent.IsMesh)).Rules;
            if (rules.IsEmpty)
                continue;
            if (parent.ServicePort != 0)
                rules = rules.Select(r => ForPort(r.Clone(), parent.ServicePort).Freeze()).ToEquatableArray();
            var scope = !parent.IsMesh ? parent.Gateway
                : parent.ServicePort == 0 ? route.Id.Key.Namespace
                : string.Create(CultureInfo.InvariantCulture, $"{route.Id.Key.Namespace}/{parent.ServicePort}");
            var hosts = parent.IsMesh ? parent.ServiceHosts : route.Hostnames.IsEmpty ? [AnyHost] : route.Hostnames;
            foreach (var host in hosts.Where(parent.Keeps))
                yield return new HostRules($"{scope}/{host}", route.Id, route.CreationTime, parent.Gateway, host, rules);
        }
    }

    private static HTTPRoute ForPort(HTTPRoute rule, int port)
    {
        if (rule.Match.Count == 0)
            rule.Match.Add(new HTTPMatchRequest());
        foreach (var match in rule.Match)
            match.Port = (uint)port;
        return rule;
    }

    // Names are compared with the mark that istiod appends to them: where one begins with the other, this makes a difference.
    private static IOrderedEnumerable<HostRules> InOrder(IEnumerable<HostRules> rules) => rules
        .OrderBy(static h => h.CreationTime).ThenBy(static h => h.Route.Key.Namespace, StringComparer.Ordinal).ThenBy(static h => h.Route.Key.Name + "~", StringComparer.Ordinal);
}
