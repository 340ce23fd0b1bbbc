using System.Globalization;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.FilterChains;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.JwtAuthn.V3;
using Google.Protobuf.WellKnownTypes;
using Istio.Security.V1Beta1;

namespace ControlPlane.Translation.Features.RequestAuthentication;

/// <summary>The filter that verifies tokens. A token that is there must be valid; that none is there is no fault.</summary>
internal static class JwtFilters
{
    private const string Name = "envoy.filters.http.jwt_authn";

    /// <summary>The filter of rules, at least one, in their order.</summary>
    public static HttpFilterContribution Of(IReader reader, IReadOnlyList<JWTRule> rules, bool isGateway)
    {
        var filter = new JwtAuthentication { BypassCorsPreflight = true };
        var names = rules.Select(static (_, i) => string.Create(CultureInfo.InvariantCulture, $"origins-{i}")).ToList();
        foreach (var (name, rule) in names.Zip(rules).OrderBy(static p => p.First, StringComparer.Ordinal))
            filter.Providers.Add(name, JwtProviders.Of(rule, KeySets.Of(reader, rule), isGateway));
        filter.Rules.Add(new RequirementRule { Match = new RouteMatch { Prefix = "/" }, Requires = Requirement(names) });
        return HttpFilters.Of(HttpFilterSlot.RequestAuthentication, Name, filter);
    }

    /// <summary>One provider must be content, or each of them must be content or have no token: providers may look in the same place.</summary>
    private static JwtRequirement Requirement(List<string> names)
    {
        var each = names.Select(static n => AnyOf([Provider(n), new JwtRequirement { AllowMissing = new Empty() }])).ToList();
        if (each.Count == 1)
            return each[0];
        var all = new JwtRequirement { RequiresAll = new JwtRequirementAndList { Requirements = { each } } };
        return AnyOf(names.Select(Provider).Append(all));
    }

    private static JwtRequirement Provider(string name) => new() { ProviderName = name };

    private static JwtRequirement AnyOf(IEnumerable<JwtRequirement> requirements) => new() { RequiresAny = new JwtRequirementOrList { Requirements = { requirements } } };
}
