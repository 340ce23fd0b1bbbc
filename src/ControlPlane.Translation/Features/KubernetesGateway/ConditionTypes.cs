namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Types of conditions that the Gateway API defines.</summary>
internal static class ConditionTypes
{
    /// <summary>Whether the object, or a parent of it, takes it.</summary>
    public const string Accepted = "Accepted";

    /// <summary>Whether the data plane is told of it.</summary>
    public const string Programmed = "Programmed";

    /// <summary>Whether an earlier listener forbids it.</summary>
    public const string Conflicted = "Conflicted";

    /// <summary>Whether all that it refers to can be used.</summary>
    public const string ResolvedRefs = "ResolvedRefs";

    /// <summary>Whether clients without a sound certificate are let in though certificates are asked for.</summary>
    public const string InsecureFrontend = "InsecureFrontendValidationMode";
}
