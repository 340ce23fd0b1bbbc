namespace ControlPlane.Translation.Simulation;

/// <summary>How it ends for a connection or request.</summary>
public enum ExplanationOutcome
{
    /// <summary>It is forwarded; <see cref="Explanation.Destinations"/> says where to.</summary>
    Forwarded,

    /// <summary>The proxy answers with a redirect.</summary>
    Redirected,

    /// <summary>The proxy answers by itself, as a route says.</summary>
    Answered,

    /// <summary>A filter refuses it, as AuthorizationPolicies say.</summary>
    Refused,

    /// <summary>The proxy can't forward it: no route, or no cluster or no endpoint behind the route.</summary>
    NotRouted,

    /// <summary>The proxy closes the connection or does not take it: no listener, no filter chain, or other bytes than the chain expects.</summary>
    NotAccepted,
}
