namespace ControlPlane.Kubernetes.Client.Configuration;

/// <summary>The connection of a program that runs in a pod: what the kubelet mounts and sets.</summary>
public static class InClusterConfiguration
{
    /// <summary>Where the kubelet mounts the service account.</summary>
    public const string DefaultDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Whether the program seems to run in a pod.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    public static bool IsAvailable(Func<string, string?> environment) => !string.IsNullOrEmpty(environment("KUBERNETES_SERVICE_HOST"));

    /// <summary>Makes the connection.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="directory">Where the service account is mounted.</param>
    /// <exception cref="ConnectionException">The program does not run in a pod, or no service account is mounted.</exception>
    public static ClusterConnection Read(Func<string, string?> environment, string directory = DefaultDirectory)
    {
        var host = environment("KUBERNETES_SERVICE_HOST");
        var port = environment("KUBERNETES_SERVICE_PORT");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
            throw new ConnectionException("not in a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set; name a kubeconfig");
        var token = Path.Join(directory, "token");
        if (!File.Exists(token))
            throw new ConnectionException($"no service account is mounted: {token} does not exist");
        if (!Uri.TryCreate($"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}", UriKind.Absolute, out var server))
            throw new ConnectionException($"KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT give no address: \"{host}\", \"{port}\"");
        var ns = Path.Join(directory, "namespace");
        return new ClusterConnection
        {
            Server = server,
            CaFile = Path.Join(directory, "ca.crt"),
            TokenFile = token,
            Namespace = File.Exists(ns) ? File.ReadAllText(ns).Trim() : "default",
        };
    }
}
