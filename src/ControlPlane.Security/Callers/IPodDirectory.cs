namespace ControlPlane.Security.Callers;

/// <summary>Which pods there are, for tokens that are bound to one.</summary>
public interface IPodDirectory
{
    /// <summary>Whether there is a pod of that name that runs as that service account and has not ended.</summary>
    bool Runs(string @namespace, string podName, string serviceAccount);
}
