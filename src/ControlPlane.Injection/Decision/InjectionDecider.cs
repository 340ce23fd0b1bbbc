using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Decision;

/// <summary>Decides on one pod that the injector was asked about. The order of the rules is Istio's.</summary>
public static class InjectionDecider
{
    /// <summary>Decides.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="policy">The mesh-wide policy.</param>
    public static InjectionDecision Decide(PodFacts pod, InjectionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(pod);
        ArgumentNullException.ThrowIfNull(policy);
        if (pod.HostNetwork)
            return new(false, DecisionReason.HostNetwork, "the pod uses the node's network (hostNetwork), whose traffic must not be intercepted");
        if (SystemNamespaces.Contains(pod.Namespace))
            return new(false, DecisionReason.SystemNamespace, $"nothing is injected in namespace {pod.Namespace}");
        return AskedByPod(pod) ?? Selected(pod, policy) ?? Fallback(policy);
    }

    private static InjectionDecision? AskedByPod(PodFacts pod)
    {
        var byLabel = pod.Labels.TryGetValue(LabelNames.Inject, out var wish);
        if (!byLabel)
            pod.Annotations.TryGetValue(AnnotationNames.Inject, out wish);
        var origin = byLabel ? $"label {LabelNames.Inject}" : $"annotation {AnnotationNames.Inject}";
        return wish switch
        {
            "true" => new(true, DecisionReason.PodAsksFor, $"{origin} is true"),
            "false" => new(false, DecisionReason.PodRefuses, $"{origin} is false"),
            _ => null, // anything but true and false counts as not said
        };
    }

    private static InjectionDecision? Selected(PodFacts pod, InjectionPolicy policy)
    {
        if (policy.Never.Any(selector => !selector.IsEmpty && selector.Matches(pod.Labels)))
            return new(false, DecisionReason.NeverSelector, "the pod's labels match a selector of neverInjectSelector");
        if (policy.Always.Any(selector => !selector.IsEmpty && selector.Matches(pod.Labels)))
            return new(true, DecisionReason.AlwaysSelector, "the pod's labels match a selector of alwaysInjectSelector");
        return null;
    }

    private static InjectionDecision Fallback(InjectionPolicy policy) => policy.EnabledByDefault
        ? new(true, DecisionReason.PolicyEnabled, "the pod does not say otherwise and the policy is enabled")
        : new(false, DecisionReason.PolicyDisabled, "the pod does not ask for it and the policy is disabled");
}
