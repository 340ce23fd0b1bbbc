namespace ControlPlane.Injection.Decision;

/// <summary>Why a pod is injected or left alone.</summary>
public enum DecisionReason
{
    /// <summary>No webhook's selectors match, so the injector is not asked.</summary>
    NoWebhookMatches,

    /// <summary>The pod uses the node's network: interception would catch the node's own traffic.</summary>
    HostNetwork,

    /// <summary>The pod lives in a namespace that injection never touches.</summary>
    SystemNamespace,

    /// <summary>The label or annotation sidecar.istio.io/inject says so.</summary>
    PodAsksFor,

    /// <summary>The label or annotation sidecar.istio.io/inject says not to.</summary>
    PodRefuses,

    /// <summary>A selector of neverInjectSelector matches.</summary>
    NeverSelector,

    /// <summary>A selector of alwaysInjectSelector matches.</summary>
    AlwaysSelector,

    /// <summary>Nothing special: the policy is to inject.</summary>
    PolicyEnabled,

    /// <summary>Nothing special: the policy is not to inject.</summary>
    PolicyDisabled,
}
