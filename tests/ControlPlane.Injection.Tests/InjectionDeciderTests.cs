using ControlPlane.Injection.Decision;

namespace ControlPlane.Injection.Tests;

public class InjectionDeciderTests
{
    private static readonly LabelSelector Marked = new([new SelectorRequirement("mark", SelectorOperator.Exists, [])]);
    private static readonly InjectionPolicy Enabled = new(true, [], []);
    private static readonly InjectionPolicy Disabled = new(false, [], []);

    [Theory]
    [InlineData("true", true, DecisionReason.PodAsksFor)]
    [InlineData("false", false, DecisionReason.PodRefuses)]
    [InlineData("yes", false, DecisionReason.PolicyDisabled)]
    [InlineData("", false, DecisionReason.PolicyDisabled)]
    public void Label_OfAnyValue_CountsOnlyWhenTrueOrFalse(string value, bool expected, DecisionReason reason)
    {
        var decision = InjectionDecider.Decide(Pod(labels: new() { ["sidecar.istio.io/inject"] = value }), Disabled);
        Assert.Equal((expected, reason), (decision.Inject, decision.Reason));
    }

    [Fact]
    public void Label_BesideAnnotation_Wins()
    {
        var pod = Pod(labels: new() { ["sidecar.istio.io/inject"] = "true" }, annotations: new() { ["sidecar.istio.io/inject"] = "false" });
        Assert.True(InjectionDecider.Decide(pod, Disabled).Inject);
    }

    [Fact]
    public void Annotation_Alone_Counts() =>
        Assert.Equal(DecisionReason.PodRefuses, InjectionDecider.Decide(Pod(annotations: new() { ["sidecar.istio.io/inject"] = "false" }), Enabled).Reason);

    [Fact]
    public void HostNetwork_WhatEverThePodAsksFor_IsLeftAlone()
    {
        var pod = Pod(labels: new() { ["sidecar.istio.io/inject"] = "true" }) with { HostNetwork = true };
        Assert.Equal(DecisionReason.HostNetwork, InjectionDecider.Decide(pod, Enabled).Reason);
    }

    [Theory]
    [InlineData("kube-system")]
    [InlineData("kube-public")]
    [InlineData("kube-node-lease")]
    [InlineData("local-path-storage")]
    public void SystemNamespace_WhatEverThePodAsksFor_IsLeftAlone(string ns)
    {
        var pod = Pod(labels: new() { ["sidecar.istio.io/inject"] = "true" }) with { Namespace = ns };
        Assert.Equal(DecisionReason.SystemNamespace, InjectionDecider.Decide(pod, Enabled).Reason);
    }

    [Fact]
    public void NeverSelector_BesideAlwaysSelector_Wins()
    {
        var decision = InjectionDecider.Decide(Pod(labels: new() { ["mark"] = "" }), new InjectionPolicy(true, [Marked], [Marked]));
        Assert.Equal((false, DecisionReason.NeverSelector), (decision.Inject, decision.Reason));
    }

    [Fact]
    public void AlwaysSelector_WithDisabledPolicy_Injects() =>
        Assert.Equal(DecisionReason.AlwaysSelector, InjectionDecider.Decide(Pod(labels: new() { ["mark"] = "" }), new InjectionPolicy(false, [], [Marked])).Reason);

    [Fact]
    public void EmptySelector_OfEitherSort_MatchesNothing()
    {
        var empty = new LabelSelector([]);
        Assert.Equal(DecisionReason.PolicyEnabled, InjectionDecider.Decide(Pod(), new InjectionPolicy(true, [empty], [empty])).Reason);
    }

    private static PodFacts Pod(Dictionary<string, string>? labels = null, Dictionary<string, string>? annotations = null) =>
        new("shop", labels ?? [], annotations ?? [], HostNetwork: false);
}
