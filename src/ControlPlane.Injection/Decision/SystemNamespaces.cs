namespace ControlPlane.Injection.Decision;

/// <summary>Namespaces in which nothing is ever injected: pods there must start when the control plane can't be reached.</summary>
public static class SystemNamespaces
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"];

    /// <summary>Whether a namespace is one of them.</summary>
    public static bool Contains(string name) => Names.Contains(name);
}
