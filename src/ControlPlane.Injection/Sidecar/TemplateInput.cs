using System.Text.Json.Nodes;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;
using ControlPlane.Injection.Pods;

namespace ControlPlane.Injection.Sidecar;

/// <summary>All that a template may look at. The pod is the one before injection, with what an earlier injection added taken out.</summary>
internal sealed class TemplateInput
{
    public const long DefaultUser = 1337;

    public TemplateInput(JsonObject pod, WorkloadOwner owner, ChartValues values, MeshSettings mesh, JsonObject proxyConfig)
    {
        Pod = pod;
        Owner = owner;
        Values = values;
        Mesh = mesh;
        ProxyConfig = proxyConfig;
        Labels = pod.Object("metadata").TextMap("labels");
        Annotations = pod.Object("metadata").TextMap("annotations");
        Containers = pod.Object("spec").List("containers").Objects().ToList();
        AppNames = Containers.Select(container => container.Text("name") ?? "").Where(name => name != ContainerNames.Proxy).ToList();
        ProxyMetadata = proxyConfig.TextMap("proxyMetadata");
        Mode = Annotation(AnnotationNames.InterceptionMode, ProxyConfigs.InterceptionMode(proxyConfig));
        StatusPort = Annotation(AnnotationNames.StatusPort, values.Proxy.StatusPort);
    }

    public JsonObject Pod { get; }

    public WorkloadOwner Owner { get; }

    public ChartValues Values { get; }

    public MeshSettings Mesh { get; }

    public JsonObject ProxyConfig { get; }

    public IReadOnlyDictionary<string, string> Labels { get; }

    public IReadOnlyDictionary<string, string> Annotations { get; }

    /// <summary>The pod's containers, the user's own istio-proxy included.</summary>
    public IReadOnlyList<JsonObject> Containers { get; }

    /// <summary>Names of its containers but istio-proxy.</summary>
    public IReadOnlyList<string> AppNames { get; }

    public IReadOnlyDictionary<string, string> ProxyMetadata { get; }

    /// <summary>REDIRECT, TPROXY or NONE.</summary>
    public string Mode { get; }

    /// <summary>The agent's own port as annotation or chart say; 0 for no probes.</summary>
    public string StatusPort { get; }

    /// <summary>Whether the cluster's nodes or the chart make proxies native sidecars, unless the pod says otherwise.</summary>
    public bool NativeByDefault { get; init; }

    /// <summary>Cluster, network and what else the proxy is told besides, by variable.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Probes as an earlier injection described them, by path; the ones in the pod point to the proxy by now.</summary>
    public JsonObject EarlierProbes { get; init; } = [];

    public string Revision { get; init; } = "default";

    public long User { get; init; } = DefaultUser;

    public long Group { get; init; } = DefaultUser;

    public bool IsTransparent => Mode == "TPROXY";

    public bool IsIntercepted => Mode != "NONE";

    /// <summary>Any value of the annotation but empty and false makes the proxy a native sidecar.</summary>
    public bool IsNative => Annotations.GetValueOrDefault(AnnotationNames.NativeSidecar) is { Length: > 0 } wish ? wish != "false" : NativeByDefault;

    public bool HasProbes => StatusPort != "0";

    public bool BindsLowPorts => Annotation(AnnotationNames.BindLowPorts, Values.Proxy.BindLowPorts) == "true";

    /// <summary>An annotation's value, even an empty one, or the fallback where there is none.</summary>
    public string Annotation(string name, string fallback) => Annotations.GetValueOrDefault(name) ?? fallback;

    public bool Has(string annotation) => Annotations.ContainsKey(annotation);
}
