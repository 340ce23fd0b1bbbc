namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>Codes of warnings where an AuthorizationPolicy does not do what it seems to do. All of the objects are in force.</summary>
public static class AuthorizationCodes
{
    /// <summary>The provider that a policy of action CUSTOM names can't be asked: what its rules match is denied.</summary>
    public const string UnusableProvider = "CP0151";

    /// <summary>Policies of action CUSTOM with different providers concern the same workloads: what their rules match is denied.</summary>
    public const string SeveralProviders = "CP0152";
}
