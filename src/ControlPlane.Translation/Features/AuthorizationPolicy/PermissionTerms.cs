using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Listeners;
using Envoy.Config.Core.V3;
using Envoy.Config.Rbac.V3;
using Envoy.Extensions.Path.Match.UriTemplate.V3;
using Istio.Security.V1Beta1;
using Term = ControlPlane.Translation.Features.AuthorizationPolicy.RuleTerm<Envoy.Config.Rbac.V3.Permission>;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>What a rule says of what is asked for: an operation and the conditions that belong to it.</summary>
internal static class PermissionTerms
{
    private const string Method = ":method", Authority = ":authority", TemplateName = "uri-template";
    private const string Experimental = "experimental.";

    /// <summary>The terms of an operation (null for any), in the order in which they are written.</summary>
    public static IEnumerable<Term> Of(Operation? operation, IEnumerable<Condition> when)
    {
        if (operation is not null)
        {
            yield return Each(operation.Hosts, operation.NotHosts, static v => new Permission { Header = RbacMatchers.Header(Authority, v, ignoreCase: true) }, httpOnly: true);
            yield return Each(operation.Methods, operation.NotMethods, static v => new Permission { Header = RbacMatchers.Header(Method, v) }, httpOnly: true);
            yield return Each(operation.Paths, operation.NotPaths, Path, httpOnly: true);
            yield return Each(operation.Ports, operation.NotPorts, Port);
        }

        foreach (var condition in when)
        {
            if (OfCondition(condition) is { } term)
                yield return term;
        }
    }

    /// <summary>Whether a condition belongs to what is asked for.</summary>
    public static bool Concerns(string key) =>
        key is ConditionKeys.DestinationIp or ConditionKeys.DestinationPort or ConditionKeys.ServerName || key.StartsWith(ConditionKeys.FilterPrefix, StringComparison.Ordinal);

    private static Term? OfCondition(Condition condition)
    {
        var key = condition.Key;
        if (!Concerns(key))
            return null;
        return key switch
        {
            ConditionKeys.DestinationIp => Each(condition.Values, condition.NotValues, static v => CidrRanges.ReadStrict(v) is { } range ? new Permission { DestinationIp = range } : null),
            ConditionKeys.DestinationPort => Each(condition.Values, condition.NotValues, Port),
            ConditionKeys.ServerName => Each(condition.Values, condition.NotValues, static v => new Permission { RequestedServerName = RbacMatchers.Text(v) }),
            _ => Term.OfAll(condition.Values, condition.NotValues, values => FilterMetadata(key, values)),
        };
    }

    private static Term Each(IReadOnlyList<string> values, IReadOnlyList<string> notValues, Func<string, Permission?> one, bool httpOnly = false) =>
        Term.OfEach(values, notValues, Combinations.OfPermissions, one, httpOnly);

    private static Permission? Port(string text) => ValueRules.Port(text) is { } port ? new Permission { DestinationPort = port } : null;

    private static Permission? Path(string path)
    {
        if (!PathTemplates.IsTemplate(path))
            return new Permission { UrlPath = new global::Envoy.Type.Matcher.V3.PathMatcher { Path = RbacMatchers.Text(path) } };
        if (PathTemplates.Fault(path) is not null)
            return null;
        var template = new UriTemplateMatchConfig { PathTemplate = PathTemplates.ToEnvoy(path) };
        return new Permission { UriTemplate = new TypedExtensionConfig { Name = TemplateName, TypedConfig = ProtoJson.Pack(template) } };
    }

    /// <summary>What another filter has said: <c>experimental.envoy.filters.a.b[key]</c>; a value in brackets is an element of a list.</summary>
    private static Permission? FilterMetadata(string key, IReadOnlyList<string> values)
    {
        if (!ConditionKeys.HasBrackets(key))
            return null;
        var open = key.IndexOf('[', StringComparison.Ordinal);
        var matchers = values.Select(static v => v.StartsWith('[') && v.EndsWith(']')
            ? RbacMatchers.ElementOf(RbacMatchers.Value(RbacMatchers.Text(v.Trim('[', ']'))))
            : RbacMatchers.Value(RbacMatchers.Text(v)));
#pragma warning disable CS0612 // What istiod sends.
        return new Permission { Metadata = RbacMatchers.Metadata(key[Experimental.Length..open], [key[(open + 1)..^1]], RbacMatchers.OneOf(matchers)) };
#pragma warning restore CS0612
    }
}
