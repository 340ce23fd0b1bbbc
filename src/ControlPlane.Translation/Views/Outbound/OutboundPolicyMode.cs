namespace ControlPlane.Translation.Views.Outbound;

/// <summary>What becomes of outbound traffic to hosts that nobody knows.</summary>
public enum OutboundPolicyMode
{
    /// <summary>It is refused.</summary>
    RegistryOnly,

    /// <summary>It passes to its original destination.</summary>
    AllowAny,

    /// <summary>The same, but requests go to the host that they name, resolved by the proxy.</summary>
    AllowAnyDynamicDns,
}
