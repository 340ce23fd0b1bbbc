namespace ControlPlane.Translation.Envoy.Names;

/// <summary>Names of secrets as Istio's agent understands them.</summary>
public static class SecretNames
{
    /// <summary>Certificate and key in files of the proxy.</summary>
    public static string FileCertificate(string chainPath, string keyPath) => $"file-cert:{chainPath}~{keyPath}";

    /// <summary>Roots in a file of the proxy.</summary>
    public static string FileRoots(string path) => $"file-root:{path}";
}
