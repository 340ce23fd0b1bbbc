using System.Diagnostics.CodeAnalysis;

namespace ControlPlane.Translation.Envoy.Names;

/// <summary>Names of secrets, as Istio's agent and istiod understand them. The only place that formats or parses one.</summary>
public static class SecretNames
{
    /// <summary>The proxy's own certificate and the mesh's roots.</summary>
    public const string BuiltinScheme = "builtin://";

    /// <summary>Of the user's own server of secrets.</summary>
    public const string ExternalScheme = "sds://";

    /// <summary>Of a Secret in the proxy's namespace.</summary>
    public const string KubernetesScheme = "kubernetes://";

    /// <summary>Of a Secret of any namespace that a Gateway may refer to.</summary>
    public const string GatewayScheme = "kubernetes-gateway://";

    /// <summary>Of a ConfigMap.</summary>
    public const string ConfigMapScheme = "configmap://";

    /// <summary>Of a secret that does not exist, for settings that are wrong.</summary>
    public const string InvalidScheme = "invalid://";

    /// <summary>Ends names of trust anchors.</summary>
    public const string RootsSuffix = "-cacert";

    /// <summary>Certificate and key in files of the proxy.</summary>
    public static string FileCertificate(string chainPath, string keyPath) => $"file-cert:{chainPath}~{keyPath}";

    /// <summary>Roots in a file of the proxy.</summary>
    public static string FileRoots(string path) => $"file-root:{path}";

    /// <summary>Name under which the control plane serves what a user's credentialName means.</summary>
    public static string Resource(string credential)
    {
        if (credential.StartsWith(BuiltinScheme, StringComparison.Ordinal))
            return Secrets.SdsSecretConfigs.WorkloadCertificate;
        if (credential.StartsWith(InvalidScheme, StringComparison.Ordinal))
            return InvalidScheme;
        var known = credential.StartsWith(ConfigMapScheme, StringComparison.Ordinal)
            || credential.StartsWith(KubernetesScheme, StringComparison.Ordinal)
            || credential.StartsWith(GatewayScheme, StringComparison.Ordinal);
        return known ? credential : KubernetesScheme + credential;
    }

    /// <summary>Finds the object that a resource name means; false for a name of another kind, or an incomplete one.</summary>
    /// <param name="resource">The name that a proxy asks for.</param>
    /// <param name="proxyNamespace">Namespace of names that name none.</param>
    /// <param name="secret">The object.</param>
    public static bool TryParse(string resource, string proxyNamespace, [NotNullWhen(true)] out SecretReference? secret)
    {
        secret = null;
        if (resource.StartsWith(KubernetesScheme, StringComparison.Ordinal))
        {
            var parts = resource[KubernetesScheme.Length..].Split('/');
            secret = parts.Length > 1
                ? new SecretReference(SecretSource.Kubernetes, parts[0], parts[1], resource)
                : new SecretReference(SecretSource.Kubernetes, proxyNamespace, parts[0], resource);
            return true;
        }

        var isMap = resource.StartsWith(ConfigMapScheme, StringComparison.Ordinal);
        if (!isMap && !resource.StartsWith(GatewayScheme, StringComparison.Ordinal))
            return false;
        if (resource[(isMap ? ConfigMapScheme : GatewayScheme).Length..].Split('/') is not [{ Length: > 0 } @namespace, { Length: > 0 } name, ..])
            return false;
        secret = new SecretReference(isMap ? SecretSource.ConfigMap : SecretSource.Gateway, @namespace, name, resource);
        return true;
    }
}
