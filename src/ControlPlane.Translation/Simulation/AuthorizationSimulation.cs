using System.Collections.Immutable;
using System.Globalization;
using ControlPlane.Translation.Envoy;
using Envoy.Config.Rbac.V3;
using Envoy.Extensions.Path.Match.UriTemplate.V3;

namespace ControlPlane.Translation.Simulation;

/// <summary>What filters that decide by policies say of a connection or request. What is not known (the peer's identity, a token) stays open.</summary>
/// <param name="connection">The connection.</param>
/// <param name="terminatesTls">Whether the proxy ends its TLS: without that nobody has shown a certificate.</param>
/// <param name="headers">The request; null for a connection of bytes.</param>
internal sealed class AuthorizationSimulation(SimulatedConnection connection, bool terminatesTls, RequestHeaders? headers)
{
    private const string Spiffe = "spiffe://";

    /// <summary>What rules decide.</summary>
    /// <returns>Why they refuse, null where they don't; and what remains open, null for nothing.</returns>
    public (string? Refusal, string? Note) Decide(RBAC? rules)
    {
        if (rules is null || rules.Action == RBAC.Types.Action.Log)
            return (null, null);
        var results = rules.Policies.OrderBy(static p => p.Key, StringComparer.Ordinal).Select(p => (Name: NameOf(p.Key), Holds: Holds(p.Value))).ToImmutableArray();
        var certain = results.FirstOrDefault(static r => r.Holds == true).Name;
        var open = string.Join("; ", results.Where(static r => r.Holds is null).Select(static r => r.Name));
        if (rules.Action == RBAC.Types.Action.Deny)
            return certain is not null ? ($"{certain} denies it", null) : (null, open.Length == 0 ? null : $"it is denied if what is not known here (the peer's identity, a token) fits: {open}");
        if (certain is not null)
            return (null, null);
        return open.Length == 0 ? ("no rule of the AuthorizationPolicies of action ALLOW admits it", null) : (null, $"it is admitted only if what is not known here (the peer's identity, a token) fits: {open}");
    }

    private bool? Holds(Policy policy) => And([Or(policy.Permissions.Select(Holds)), Or(policy.Principals.Select(Holds))]);

    private bool? Holds(Permission permission) => permission.RuleCase switch
    {
        Permission.RuleOneofCase.Any => true,
        Permission.RuleOneofCase.AndRules => And(permission.AndRules.Rules.Select(Holds)),
        Permission.RuleOneofCase.OrRules => Or(permission.OrRules.Rules.Select(Holds)),
        Permission.RuleOneofCase.NotRule => !Holds(permission.NotRule),
        Permission.RuleOneofCase.Header => headers is not null && HeaderMatching.Matches(permission.Header, headers),
        Permission.RuleOneofCase.UrlPath => headers is not null && StringMatching.Matches(permission.UrlPath.Path, RequestPaths.Split(headers.Path).Path),
        Permission.RuleOneofCase.UriTemplate => headers is not null && ProtoJson.Is<UriTemplateMatchConfig>(permission.UriTemplate.TypedConfig)
            ? FitsTemplate(ProtoJson.Unpack<UriTemplateMatchConfig>(permission.UriTemplate.TypedConfig).PathTemplate, RequestPaths.Split(headers.Path).Path)
            : headers is null ? false : null,
        Permission.RuleOneofCase.DestinationIp => AddressRanges.LongestMatch([permission.DestinationIp], connection.Destination.Address) >= 0,
        Permission.RuleOneofCase.DestinationPort => permission.DestinationPort == connection.Destination.Port,
        Permission.RuleOneofCase.RequestedServerName => StringMatching.Matches(permission.RequestedServerName, connection.Tls?.ServerName ?? ""),
        _ => null,
    };

    private bool? Holds(Principal principal) => principal.IdentifierCase switch
    {
        Principal.IdentifierOneofCase.Any => true,
        Principal.IdentifierOneofCase.AndIds => And(principal.AndIds.Ids.Select(Holds)),
        Principal.IdentifierOneofCase.OrIds => Or(principal.OrIds.Ids.Select(Holds)),
        Principal.IdentifierOneofCase.NotId => !Holds(principal.NotId),
        Principal.IdentifierOneofCase.Authenticated => IsPeer(principal.Authenticated),
        Principal.IdentifierOneofCase.DirectRemoteIp => AddressRanges.LongestMatch([principal.DirectRemoteIp], connection.Source.Address) >= 0,
        // Others may have told whom they pass on.
        Principal.IdentifierOneofCase.RemoteIp => headers?["x-forwarded-for"] is null ? AddressRanges.LongestMatch([principal.RemoteIp], connection.Source.Address) >= 0 : null,
        Principal.IdentifierOneofCase.Header => headers is not null && HeaderMatching.Matches(principal.Header, headers),
        Principal.IdentifierOneofCase.UrlPath => headers is not null && StringMatching.Matches(principal.UrlPath.Path, RequestPaths.Split(headers.Path).Path),
        _ => null,
    };

    private bool? IsPeer(Principal.Types.Authenticated wanted)
    {
        if (!terminatesTls || connection.Tls is not { HasCertificate: true } tls)
            return false;
        if (wanted.PrincipalName is null)
            return true;
        return tls.Principal.Length == 0 ? null : StringMatching.Matches(wanted.PrincipalName, Spiffe + tls.Principal);
    }

    /// <summary>A star stands for one segment, two for all that follow.</summary>
    private static bool FitsTemplate(string template, string path)
    {
        var (wanted, given) = (template.Split('/'), path.Split('/'));
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == "**" && i == wanted.Length - 1)
                return i < given.Length;
            if (wanted[i] == "**")
                return FitsEnd(wanted[(i + 1)..], given[i..]);
            if (i >= given.Length || (wanted[i] == "*" ? given[i].Length == 0 : wanted[i] != given[i]))
                return false;
        }

        return wanted.Length == given.Length;
    }

    /// <summary>What follows two stars is literal, so that it can only be the end.</summary>
    private static bool FitsEnd(string[] wanted, string[] given) => given.Length > wanted.Length && wanted.AsSpan().SequenceEqual(given.AsSpan(given.Length - wanted.Length));

    private static bool? And(IEnumerable<bool?> all)
    {
        bool? result = true;
        foreach (var one in all)
            result &= one;
        return result;
    }

    private static bool? Or(IEnumerable<bool?> all)
    {
        bool? result = false;
        foreach (var one in all)
            result |= one;
        return result;
    }

    /// <summary>The user's object, where the name of a policy tells it: <c>ns[a]-policy[b]-rule[0]</c>.</summary>
    private static string NameOf(string policy)
    {
        string[] parts = policy.Split(["ns[", "]-policy[", "]-rule["], StringSplitOptions.None);
        return parts is ["", var space, var name, var rule] && rule.EndsWith(']')
            ? string.Create(CultureInfo.InvariantCulture, $"AuthorizationPolicy {space}/{name}, rule {rule[..^1]}")
            : policy;
    }
}
