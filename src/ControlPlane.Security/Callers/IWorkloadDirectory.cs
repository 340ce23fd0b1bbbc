namespace ControlPlane.Security.Callers;

/// <summary>What there is in the cluster of the objects that tokens are bound to. A token outlives its object otherwise.</summary>
public interface IWorkloadDirectory
{
    /// <summary>Whether there is a pod of that name that runs as that service account and has not ended.</summary>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="pod">The pod, as the token names it.</param>
    /// <param name="serviceAccount">Name of the service account.</param>
    bool Runs(string @namespace, BoundObject pod, string serviceAccount);

    /// <summary>Whether there is that service account.</summary>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="serviceAccount">The service account, as the token names it.</param>
    bool Exists(string @namespace, BoundObject serviceAccount);
}
