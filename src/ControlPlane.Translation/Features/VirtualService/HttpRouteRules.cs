using ControlPlane.Translation.Features.Validation;
using Google.Protobuf.Collections;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>What Istio's validation demands of a route of requests.</summary>
/// <param name="problems">Where faults go.</param>
/// <param name="path">Path of the route.</param>
/// <param name="forMesh">Whether sidecars use it: they can't read claims of tokens.</param>
internal sealed class HttpRouteRules(Problems problems, string path, bool forMesh)
{
    private const int MaxPercent = 100;

    /// <summary>Checks a route.</summary>
    /// <param name="route">The route.</param>
    /// <param name="isDelegate">Whether it belongs to a VirtualService that others delegate to.</param>
    public void Check(HTTPRoute route, bool isDelegate)
    {
        CheckAction(route, isDelegate);
        for (var i = 0; i < route.Match.Count; i++)
            CheckMatch(route.Match[i], $"{path}.match[{i}]");
        CheckHeaders(route.Headers, $"{path}.headers");
        new HttpFilterRules(problems, path).Check(route);
        new RedirectRules(problems, path).Check(route);
        CheckMirrors(route);
        CheckRetries(route.Retries, $"{path}.retries");
        CheckAuthority(route);
        DestinationChecks.Duration(route.Timeout, $"{path}.timeout", problems);
        for (var i = 0; i < route.Route.Count; i++)
        {
            CheckHeaders(route.Route[i].Headers, $"{path}.route[{i}].headers");
            DestinationChecks.Check(route.Route[i].Destination, route.Route[i].Weight, $"{path}.route[{i}]", problems);
        }

        problems.Require(route.Route.Count < 2 || route.Route.Sum(r => (long)r.Weight) != 0, $"{path}.route", "all weights are 0");
    }

    /// <summary>A route does exactly one thing.</summary>
    private void CheckAction(HTTPRoute route, bool isDelegate)
    {
        if (route.Delegate is not null && !isDelegate)
        {
            problems.Require(route.Redirect is null, $"{path}.redirect", "a route that is left to a delegate does nothing itself");
            problems.Require(route.Route.Count == 0, $"{path}.route", "a route that is left to a delegate does nothing itself");
            return;
        }

        problems.Require(route.Delegate is null, $"{path}.delegate", "a delegate can't delegate further");
        if (route.Redirect is not null)
            Excludes(route, "redirect");
        else if (route.DirectResponse is not null)
            Excludes(route, "directResponse");
        else
            problems.Require(route.Route.Count > 0, path, "route, redirect or directResponse is required");
        problems.Require(route.Redirect is null || route.DirectResponse is null, $"{path}.directResponse", "it excludes redirect");
        problems.Require(route.Mirror is null || route.Mirrors.Count == 0, $"{path}.mirrors", "it excludes mirror");
    }

    private void Excludes(HTTPRoute route, string action)
    {
        problems.Require(route.Route.Count == 0, $"{path}.route", $"it excludes {action}");
        problems.Require(route.Fault is null, $"{path}.fault", $"it excludes {action}");
        problems.Require(route.Rewrite is null, $"{path}.rewrite", $"it excludes {action}");
    }

    private void CheckMatch(HTTPMatchRequest match, string field)
    {
        CheckNames(match.Headers, $"{field}.headers");
        CheckNames(match.WithoutHeaders, $"{field}.withoutHeaders");
        CheckRegex(match.Uri, $"{field}.uri");
        CheckText(match.Scheme, $"{field}.scheme");
        CheckText(match.Method, $"{field}.method");
        CheckText(match.Authority, $"{field}.authority");
        foreach (var (name, value) in match.QueryParams)
            CheckText(value, $"{field}.queryParams[{name}]");
        DestinationChecks.StaticConditions(match.Port, match.SourceLabels, match.Gateways, field, problems);
        problems.Require(match.SourceNamespace.Length == 0 || NameRules.IsLabel(match.SourceNamespace), $"{field}.sourceNamespace", $"'{match.SourceNamespace}' is no namespace");
    }

    private void CheckNames(MapField<string, StringMatch> headers, string field)
    {
        foreach (var (name, value) in headers)
        {
            var claim = ClaimMatches.IsClaim(name);
            problems.Require(claim || HeaderRules.IsMatchName(name), $"{field}[{name}]", "this is no name of a header");
            problems.Require(!claim || !forMesh, $"{field}[{name}]", "claims of tokens route at gateways only");
            if (!StringMatches.IsPresence(value))
                CheckText(value, $"{field}[{name}]");
        }
    }

    private void CheckText(StringMatch? match, string field)
    {
        problems.Require(match is not { MatchTypeCase: StringMatch.MatchTypeOneofCase.Prefix, Prefix.Length: 0 }, $"{field}.prefix", "a prefix is required");
        CheckRegex(match, field);
    }

    private void CheckRegex(StringMatch? match, string field)
    {
        if (match is { MatchTypeCase: StringMatch.MatchTypeOneofCase.Regex } && Re2Syntax.Fault(match.Regex) is { } fault)
            problems.Error($"{field}.regex", fault);
    }

    private void CheckHeaders(Headers? headers, string field)
    {
        foreach (var (operation, set) in new[] { ("add", headers?.Request?.Add), ("set", headers?.Request?.Set) })
        {
            foreach (var (name, value) in set ?? [])
            {
                problems.Require(HeaderRules.MaySetInRequest(name), $"{field}.request.{operation}[{name}]", "this header can't be set");
                problems.Require(HeaderRules.IsValue(value), $"{field}.request.{operation}[{name}]", "the value is malformed: write %% for a percent sign");
            }
        }

        foreach (var (operation, set) in new[] { ("add", headers?.Response?.Add), ("set", headers?.Response?.Set) })
        {
            foreach (var (name, value) in set ?? [])
            {
                problems.Require(HeaderRules.MayChange(name), $"{field}.response.{operation}[{name}]", "this header can't be set");
                problems.Require(HeaderRules.IsValue(value), $"{field}.response.{operation}[{name}]", "the value is malformed: write %% for a percent sign");
            }
        }

        foreach (var (side, removed) in new[] { ("request", headers?.Request?.Remove), ("response", headers?.Response?.Remove) })
        {
            foreach (var name in removed ?? [])
                problems.Require(HeaderRules.MayChange(name), $"{field}.{side}.remove", $"'{name}' can't be removed");
        }
    }

    private void CheckMirrors(HTTPRoute route)
    {
        if (route.MirrorPercent is { } whole)
        {
            problems.Require(whole <= MaxPercent, $"{path}.mirrorPercent", "at most 100 is possible");
            problems.Warn($"{path}.mirrorPercent", "it is deprecated: use mirrorPercentage");
        }

        CheckShare(route.MirrorPercentage, $"{path}.mirrorPercentage");
        if (route.Mirror is not null)
            DestinationChecks.Check(route.Mirror, 0, $"{path}.mirror", problems, nested: false);
        for (var i = 0; i < route.Mirrors.Count; i++)
        {
            DestinationChecks.Check(route.Mirrors[i].Destination, 0, $"{path}.mirrors[{i}]", problems);
            CheckShare(route.Mirrors[i].Percentage, $"{path}.mirrors[{i}].percentage");
        }
    }

    private void CheckShare(Percent? share, string field) =>
        problems.Require(share is null or { Value: >= 0 and <= MaxPercent }, field, "a percentage is required");

    private void CheckRetries(HTTPRetry? retries, string field)
    {
        if (retries is null)
            return;
        problems.Require(retries.Attempts >= 0, $"{field}.attempts", "it must not be negative");
        var more = retries.PerTryTimeout is not null || retries.RetryOn.Length > 0 || retries.RetryRemoteLocalities is not null;
        problems.Require(retries.Attempts != 0 || !more, $"{field}.attempts", "0 switches retries off: nothing may stand beside it");
        DestinationChecks.Duration(retries.PerTryTimeout, $"{field}.perTryTimeout", problems);
        DestinationChecks.Duration(retries.Backoff, $"{field}.backoff", problems);
        foreach (var condition in retries.RetryOn.Length == 0 ? [] : retries.RetryOn.Split(','))
            problems.Require(RetryConditions.IsKnown(condition), $"{field}.retryOn", $"'{condition}' is no condition");
    }

    /// <summary>The host that requests get is set in one place only.</summary>
    private void CheckAuthority(HTTPRoute route)
    {
        var count = route.Rewrite?.Authority.Length > 0 ? 1 : 0;
        foreach (var set in new[] { route.Headers?.Request?.Set, route.Headers?.Request?.Add })
            count += set?.Keys.Count(HeaderRules.IsAuthority) ?? 0;
        problems.Require(count < 2, $"{path}.headers.request", "the authority is set more than once");
    }
}
