namespace ControlPlane.Translation.Views.Services;

/// <summary>Writes SPIFFE identities of workloads.</summary>
public static class SpiffeNames
{
    /// <summary>Identity of a service account, e.g. spiffe://cluster.local/ns/shop/sa/web.</summary>
    public static string OfServiceAccount(string trustDomain, string @namespace, string serviceAccount) =>
        $"spiffe://{trustDomain}/ns/{@namespace}/sa/{serviceAccount}";
}
