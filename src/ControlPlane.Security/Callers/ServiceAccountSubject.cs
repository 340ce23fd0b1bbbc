using System.Diagnostics.CodeAnalysis;
using ControlPlane.Security.Identities;

namespace ControlPlane.Security.Callers;

/// <summary>The name under which Kubernetes knows a service account: system:serviceaccount:NAMESPACE:NAME.</summary>
internal static class ServiceAccountSubject
{
    private const string First = "system", Second = "serviceaccount";

    public static bool TryParse(string? text, [NotNullWhen(true)] out string? space, [NotNullWhen(true)] out string? account)
    {
        (space, account) = (null, null);
        if (text?.Split(':') is not [First, Second, var namespaceName, var name] || !SpiffeId.IsNamespace(namespaceName) || !SpiffeId.IsServiceAccount(name))
            return false;
        (space, account) = (namespaceName, name);
        return true;
    }

    public static string Write(string space, string account) => $"{First}:{Second}:{space}:{account}";
}
