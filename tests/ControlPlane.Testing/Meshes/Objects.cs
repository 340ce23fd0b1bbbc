using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;

namespace ControlPlane.Testing.Meshes;

/// <summary>Short ways to write Kubernetes objects in tests.</summary>
public static class Objects
{
    public static readonly DateTime Epoch = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static ObjectMeta Meta(string @namespace, string name, string labels = "", string annotations = "", int ageInDays = 0) => new()
    {
        Namespace = @namespace,
        Name = name,
        Labels = Map(labels),
        Annotations = Map(annotations),
        CreationTime = Epoch.AddDays(-ageInDays),
    };

    /// <summary>Labels as <c>key=value;key=value</c>.</summary>
    public static LabelMap Map(string text) => LabelMap.From(text
        .Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(e => e.Split('=', 2))
        .Select(e => KeyValuePair.Create(e[0], e[1])));

    public static Namespace Namespace(string name, string labels = "", string annotations = "") =>
        new() { Meta = Meta("", name, labels, annotations) };

    /// <summary>A Service with ports written as <c>name:port</c>.</summary>
    public static Service Service(string @namespace, string name, string ports = "http:80", string clusterIp = "10.96.0.1", string annotations = "", string labels = "", int ageInDays = 0) => new()
    {
        Meta = Meta(@namespace, name, labels, annotations, ageInDays),
        ClusterIps = clusterIp.Length == 0 ? [] : clusterIp.Split(',').ToEquatableArray(),
        Ports = ports.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Port).ToEquatableArray(),
        Selector = Map($"app={name}"),
    };

    public static Service ExternalName(string @namespace, string name, string target) => new()
    {
        Meta = Meta(@namespace, name),
        Type = ServiceType.ExternalName,
        ExternalName = target,
    };

    public static Pod Pod(string @namespace, string name, string ip, string labels = "security.istio.io/tlsMode=istio", string node = "", string account = "default") => new()
    {
        Meta = Meta(@namespace, name, labels),
        Ips = [ip],
        NodeName = node,
        ServiceAccount = account,
        Phase = "Running",
        Ready = true,
    };

    /// <summary>A slice of ready endpoints written as <c>ip=pod</c>, with ports as <c>name:port</c>.</summary>
    public static EndpointSlice Slice(string @namespace, string service, string ports, params string[] endpoints) => new()
    {
        Meta = Meta(@namespace, service + "-s1"),
        ServiceName = service,
        Ports = ports.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split(':')).Select(p => new SlicePort(p[0], int.Parse(p[1], null))).ToEquatableArray(),
        Endpoints = endpoints.Select(e => e.Split('=')).Select(e => new SliceEndpoint
        {
            Addresses = [e[0]],
            Ready = true,
            Serving = true,
            Terminating = false,
            Pod = e.Length > 1 ? new ObjectKey(@namespace, e[1]) : null,
            HasTargetRef = e.Length > 1,
        }).ToEquatableArray(),
    };

    private static ServicePort Port(string text)
    {
        var parts = text.Split(':');
        return new ServicePort { Name = parts[0], Port = int.Parse(parts[1], null), TargetPort = int.Parse(parts[^1], null) };
    }
}
