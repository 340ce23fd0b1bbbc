using ControlPlane.Injection.Decision;

namespace ControlPlane.Injection.Tests;

public class WebhookSelectorsTests
{
    private static readonly WebhookScope Default = new("", [], NamespacesByDefault: false);

    [Theory]
    [InlineData("istio-injection=enabled", "", "namespace.")]
    [InlineData("istio-injection=enabled", "sidecar.istio.io/inject=false", null)]
    [InlineData("istio-injection=disabled", "sidecar.istio.io/inject=true", null)]
    [InlineData("", "sidecar.istio.io/inject=true", "object.")]
    [InlineData("", "", null)]
    [InlineData("istio.io/rev=default", "", "rev.namespace.")]
    [InlineData("istio.io/rev=other", "", null)]
    [InlineData("istio.io/rev=default,istio-injection=enabled", "", "namespace.")]
    [InlineData("", "istio.io/rev=default", "rev.object.")]
    [InlineData("", "istio.io/rev=default,sidecar.istio.io/inject=false", null)]
    public void DefaultRevision_ByLabels_IsAskedOrNot(string ns, string pod, string? expected) =>
        Assert.Equal(expected, WebhookSelectors.Match(Default, "shop", Labels(ns), Labels(pod))?.Prefix);

    [Fact]
    public void NamedRevision_ForEnabledNamespace_IsNotAsked() =>
        Assert.Null(WebhookSelectors.Match(new WebhookScope("canary", [], false), "shop", Labels("istio-injection=enabled"), Labels("")));

    [Fact]
    public void Tag_OfARevision_IsAnotherNameForIt()
    {
        var entry = WebhookSelectors.Match(new WebhookScope("canary", ["prod"], false), "shop", Labels("istio.io/rev=prod"), Labels(""));
        Assert.Equal(("istio-revision-tag-prod", "rev.namespace.sidecar-injector.istio.io"), (entry!.Configuration, entry.Name));
    }

    [Theory]
    [InlineData("shop", "auto.")]
    [InlineData("kube-public", null)]
    public void NamespacesByDefault_WithoutLabels_AreAskedButForSystemOnes(string ns, string? expected) =>
        Assert.Equal(expected, WebhookSelectors.Match(Default with { NamespacesByDefault = true }, ns, Labels(""), Labels(""))?.Prefix);

    private static Dictionary<string, string> Labels(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
}
