using ControlPlane.Translation.Features.Validation;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>What Istio's validation demands of redirects, direct responses and rewrites.</summary>
/// <param name="problems">Where faults go.</param>
/// <param name="path">Path of the route.</param>
internal sealed class RedirectRules(Problems problems, string path)
{
    private const int MaxBody = 1 << 20;
    private const int LargeBody = 100 << 10;

    /// <summary>Checks a route.</summary>
    public void Check(HTTPRoute route)
    {
        if (route.Redirect is { } redirect)
            CheckRedirect(redirect, route, $"{path}.redirect");
        if (route.DirectResponse is { } response)
            CheckResponse(response, $"{path}.directResponse");
        if (route.Rewrite is { } rewrite)
            CheckRewrite(rewrite, $"{path}.rewrite");
    }

    private void CheckRedirect(HTTPRedirect redirect, HTTPRoute route, string field)
    {
        problems.Require(redirect.Uri.Length == 0 || redirect.PrefixRewrite.Length == 0, $"{field}.prefixRewrite", "it excludes uri");
        var prefixes = route.Match.All(m => m.Uri is null or { MatchTypeCase: StringMatch.MatchTypeOneofCase.Prefix });
        problems.Require(redirect.PrefixRewrite.Length == 0 || prefixes, $"{field}.prefixRewrite", "it needs matches by prefix");
        var says = redirect.Uri.Length + redirect.PrefixRewrite.Length + redirect.Authority.Length + redirect.Scheme.Length > 0
            || redirect.RedirectPortCase != HTTPRedirect.RedirectPortOneofCase.None;
        problems.Require(says, field, "uri, prefixRewrite, authority, scheme or port is required");
        problems.Require(redirect.RedirectCode is 0 or (>= 300 and <= 399), $"{field}.redirectCode", $"{redirect.RedirectCode} is no status of a redirect");
        if (redirect.RedirectCode is >= 300 and <= 399 and not (301 or 302 or 303 or 307 or 308))
            problems.Warn($"{field}.redirectCode", $"Envoy does not know {redirect.RedirectCode}: 301 is used");
        problems.Require(redirect.Scheme is "" or "http" or "https", $"{field}.scheme", "http or https is required");
        problems.Require(redirect.Port == 0 || NameRules.IsPort(redirect.Port), $"{field}.port", $"{redirect.Port} is no port");
    }

    private void CheckResponse(HTTPDirectResponse response, string field)
    {
        problems.Require(response.Status is >= 200 and <= 600, $"{field}.status", "a status from 200 to 599 is required");
        var size = response.Body?.SpecifierCase switch
        {
            HTTPBody.SpecifierOneofCase.String => System.Text.Encoding.UTF8.GetByteCount(response.Body.String),
            HTTPBody.SpecifierOneofCase.Bytes => response.Body.Bytes.Length,
            _ => 0,
        };
        problems.Require(size <= MaxBody, $"{field}.body", "at most 1 MiB is possible");
        if (size is > LargeBody and <= MaxBody)
            problems.Warn($"{field}.body", "bodies of this size are held once per route and proxy");
    }

    private void CheckRewrite(HTTPRewrite rewrite, string field)
    {
        var regex = rewrite.UriRegexRewrite;
        problems.Require(rewrite.Uri.Length == 0 || regex is null, $"{field}.uriRegexRewrite", "it excludes uri");
        problems.Require(rewrite.Uri.Length + rewrite.Authority.Length > 0 || regex is not null, field, "uri, uriRegexRewrite or authority is required");
        if (regex is null)
            return;
        problems.Require(regex.Match.Length > 0 && regex.Rewrite.Length > 0, $"{field}.uriRegexRewrite", "match and rewrite are required");
        if (regex.Match.Length > 0 && Re2Syntax.Fault(regex.Match) is { } fault)
            problems.Error($"{field}.uriRegexRewrite.match", fault);
    }
}
