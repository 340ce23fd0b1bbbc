using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Sidecar;

/// <summary>Volumes of the proxy and where they are mounted, in parts that the templates share.</summary>
internal static class ProxyVolumes
{
    private const string WorkloadCertificates = "workload-certs";
    private const string GoogleCertificates = "gke-workload-certificate";
    private const int TokenSeconds = 43200;

    /// <summary>A volume of which only the name is given: what the pod has under it loses its kind.</summary>
    public static JsonObject Bare(string name) => new() { ["name"] = name, ["emptyDir"] = null };

    public static JsonObject Empty(string name) => new() { ["name"] = name, ["emptyDir"] = new JsonObject() };

    public static JsonObject Memory(string name) => new() { ["name"] = name, ["emptyDir"] = new JsonObject { ["medium"] = "Memory" } };

    public static JsonObject Mount(string name, string path, bool readOnly = false)
    {
        var mount = new JsonObject { ["name"] = name, ["mountPath"] = path };
        if (readOnly)
            mount["readOnly"] = true;
        return mount;
    }

    /// <summary>The certificates of the workload: our own, or those that Google's cluster provides.</summary>
    public static JsonObject Certificates(TemplateInput input, bool bare) => UsesGoogle(input)
        ? new() { ["name"] = GoogleCertificates, ["csi"] = new JsonObject { ["driver"] = "workloadcertificates.security.cloud.google.com" } }
        : bare ? Bare(WorkloadCertificates) : Empty(WorkloadCertificates);

    public static JsonObject CertificatesMount(TemplateInput input) =>
        Mount(UsesGoogle(input) ? GoogleCertificates : WorkloadCertificates, "/var/run/secrets/workload-spiffe-credentials", UsesGoogle(input));

    public static IEnumerable<JsonObject> CustomBootstrap(TemplateInput input)
    {
        if (input.Annotations.TryGetValue(AnnotationNames.BootstrapOverride, out var name))
            yield return new JsonObject { ["name"] = "custom-bootstrap-volume", ["configMap"] = new JsonObject { ["name"] = name } };
    }

    public static IEnumerable<JsonObject> CustomBootstrapMount(TemplateInput input)
    {
        if (input.Has(AnnotationNames.BootstrapOverride))
            yield return Mount("custom-bootstrap-volume", "/etc/istio/custom-bootstrap");
    }

    /// <summary>Labels and annotations as files.</summary>
    public static JsonObject PodInfo() => new()
    {
        ["name"] = "istio-podinfo",
        ["downwardAPI"] = new JsonObject { ["items"] = JsonTree.ListOf([PodInfoItem("labels"), PodInfoItem("annotations")]) },
    };

    /// <summary>The token by which the pod proves to the control plane who it is.</summary>
    public static JsonObject Token(TemplateInput input) => new()
    {
        ["name"] = "istio-token",
        ["projected"] = new JsonObject
        {
            ["sources"] = JsonTree.ListOf(
            [
                new JsonObject
                {
                    ["serviceAccountToken"] = new JsonObject
                    {
                        ["path"] = "istio-token", ["expirationSeconds"] = TokenSeconds, ["audience"] = input.Values.Mesh.TokenAudience,
                    },
                },
            ]),
        },
    };

    /// <summary>The root certificate of the control plane.</summary>
    public static IEnumerable<JsonObject> Root(TemplateInput input)
    {
        var mesh = input.Values.Mesh;
        if (mesh.CertificateProvider != "istiod")
            yield break;
        var volume = new JsonObject { ["name"] = "istiod-ca-cert" };
        if (mesh.ClusterTrustBundles)
        {
            var bundle = new JsonObject { ["name"] = "istio.io:istiod-ca:" + Or(mesh.TrustBundleName, "root-cert"), ["path"] = "root-cert.pem" };
            volume["projected"] = new JsonObject { ["sources"] = JsonTree.ListOf([new JsonObject { ["clusterTrustBundle"] = bundle }]) };
        }
        else
        {
            volume["configMap"] = new JsonObject { ["name"] = Or(mesh.TrustBundleName, "istio-ca-root-cert") };
        }

        yield return volume;
    }

    public static IEnumerable<JsonObject> RootMount(TemplateInput input)
    {
        if (input.Values.Mesh.CertificateProvider == "istiod")
            yield return Mount("istiod-ca-cert", "/var/run/secrets/istio");
    }

    public static JsonObject RevocationList() => new()
    {
        ["name"] = "istio-ca-crl", ["configMap"] = new JsonObject { ["name"] = "istio-ca-crl", ["optional"] = true },
    };

    public static IEnumerable<JsonObject> RevocationListMount(TemplateInput input)
    {
        if (input.Values.Mesh.CertificateProvider == "istiod")
            yield return Mount("istio-ca-crl", "/var/run/secrets/istio/crl");
    }

    public static IEnumerable<JsonObject> MeshCertificates(TemplateInput input)
    {
        if (!input.Values.Mesh.MountCertificates)
            yield break;
        var account = Or(input.Pod.Object("spec").Text("serviceAccountName") ?? "", "default");
        yield return new JsonObject { ["name"] = "istio-certs", ["secret"] = new JsonObject { ["optional"] = true, ["secretName"] = $"istio.{account}" } };
    }

    public static IEnumerable<JsonObject> MeshCertificatesMount(TemplateInput input)
    {
        if (input.Values.Mesh.MountCertificates)
            yield return Mount("istio-certs", "/etc/certs/", readOnly: true);
    }

    /// <summary>Volumes that the user adds by annotation.</summary>
    public static IEnumerable<JsonObject> OfUser(TemplateInput input, string annotation) =>
        input.Annotations.TryGetValue(annotation, out var text) ? AnnotationJson.NamedMaps(annotation, text) : [];

    /// <summary>Mounts that the user adds by annotation.</summary>
    /// <exception cref="FormatException">One has no path; names the annotation.</exception>
    public static IEnumerable<JsonObject> MountsOfUser(TemplateInput input)
    {
        foreach (var mount in OfUser(input, AnnotationNames.UserVolumeMount))
        {
            yield return mount.Text("mountPath") is { Length: > 0 } ? mount : throw new FormatException(
                Configuration.AnnotationRules.Message(AnnotationNames.UserVolumeMount, input.Annotations[AnnotationNames.UserVolumeMount], $"{mount.Text("name")} needs a mountPath"));
        }
    }

    public static IEnumerable<JsonObject> PullSecrets(TemplateInput input) =>
        input.Values.Images.PullSecrets.Select(name => new JsonObject { ["name"] = name });

    private static JsonObject PodInfoItem(string what) => new()
    {
        ["path"] = what, ["fieldRef"] = new JsonObject { ["fieldPath"] = $"metadata.{what}" },
    };

    private static bool UsesGoogle(TemplateInput input) => input.Values.Mesh.AuthorityName == "GkeWorkloadCertificate";

    private static string Or(string value, string fallback) => value.Length == 0 ? fallback : value;
}
