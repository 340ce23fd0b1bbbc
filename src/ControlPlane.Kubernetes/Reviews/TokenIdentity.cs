using ControlPlane.Model.Collections;

namespace ControlPlane.Kubernetes.Reviews;

/// <summary>Who a token is, by the API server's word.</summary>
public sealed record TokenIdentity
{
    private const string ServiceAccountPrefix = "system:serviceaccount:";

    /// <summary>Whether the token is valid and meant for who asked.</summary>
    public bool IsValid { get; init; }

    /// <summary>Why it is not valid; "" where it is.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Name of the user, e.g. system:serviceaccount:NAMESPACE:NAME.</summary>
    public string UserName { get; init; } = "";

    /// <summary>uid of the user.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Groups of the user.</summary>
    public EquatableArray<string> Groups { get; init; }

    /// <summary>The pod that the token is bound to; "" for none.</summary>
    public string PodName { get; init; } = "";

    /// <summary>uid of that pod; "" for none.</summary>
    public string PodUid { get; init; } = "";

    /// <summary>Namespace and name of the service account; null where the user is none.</summary>
    public (string Namespace, string Name)? ServiceAccount =>
        UserName.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal) && UserName[ServiceAccountPrefix.Length..].Split(':') is [var ns, var name] ? (ns, name) : null;

    /// <summary>A token that is not valid.</summary>
    public static TokenIdentity Invalid(string reason) => new() { Reason = reason };
}
