namespace ControlPlane.Model.Proxies;

/// <summary>Which secrets a proxy may have from the control plane. Whoever has proven its identity decides; by default nothing is given.</summary>
public enum SecretAccess
{
    /// <summary>None: nobody has proven who the proxy is.</summary>
    None,

    /// <summary>
    /// Trust anchors, and those secrets that its Gateways name and that are in the namespace which Gateway and proxy share: the proxy has proven
    /// its namespace and service account.
    /// </summary>
    Named,

    /// <summary>
    /// Of its own namespace also the Secrets that the Gateways which it serves name in whatever form and namespace: the proxy has proven who it
    /// is, and there is no cluster to be asked what its service account may read.
    /// </summary>
    Served,

    /// <summary>Every Secret of its own namespace too: its service account may list them.</summary>
    Namespace,
}
