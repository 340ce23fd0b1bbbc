using System.Globalization;
using System.Net;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Proxies;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using KeyValuePair = System.Collections.Generic.KeyValuePair;

namespace ControlPlane.Xds.Nodes;

/// <summary>Reads who a proxy is from the Node of its first message: Istio's node id, and metadata with Istio's leniency.</summary>
public static class NodeReader
{
    private const string IdForm = "<sidecar|router>~<IP address>~<pod>.<namespace>~<DNS domain>";

    // What the parser makes of invalid UTF-8.
    private const char Replacement = '\uFFFD';

    // The names of a pod and a namespace take 253 and 63, the domain once more as much.
    private const int MaxIdLength = 1024;
    private const int MaxToldAddresses = 10;

    /// <summary>Reads a node.</summary>
    /// <exception cref="InvalidNodeException">Something that is needed is missing or malformed.</exception>
    public static ProxyDescriptor Read(Node? node)
    {
        if (node is null || node.Id.Length == 0)
            throw new InvalidNodeException($"node.id is missing; it must have the form {IdForm}");
        if (node.Id.Length > MaxIdLength)
            throw new InvalidNodeException($"node.id has {node.Id.Length} characters, more than {MaxIdLength}; it must have the form {IdForm}");
        if (node.Id.Contains(Replacement))
            throw new InvalidNodeException($"node.id '{Printable(node.Id)}' is not valid UTF-8");
        if (node.Id.Any(IsHidden))
            throw new InvalidNodeException($"node.id '{Printable(node.Id)}' has control characters, or such as change the direction of text");
        var parts = node.Id.Split('~');
        if (parts.Length != 4)
            throw new InvalidNodeException($"node.id '{node.Id}' has {parts.Length} parts between '~', not 4; it must have the form {IdForm}");
        var fields = node.Metadata?.Fields ?? [];
        var (pod, podNamespace) = PodOf(parts[2]);
        var given = Text(fields, "NAMESPACE");
        var proxyNamespace = given.Length > 0 ? given : podNamespace;
        if (proxyNamespace.Length == 0)
            throw new InvalidNodeException($"node.id '{node.Id}' names no namespace in its third part, '{parts[2]}', and metadata NAMESPACE is absent");
        return new ProxyDescriptor
        {
            Id = node.Id,
            Type = TypeOf(node.Id, parts[0]),
            Cluster = node.Cluster,
            IpAddresses = Addresses(node.Id, parts[1], fields),
            Namespace = proxyNamespace,
            PodName = pod,
            DnsDomain = parts[3],
            Locality = node.Locality is { } l ? new ProxyLocality(l.Region, l.Zone, l.SubZone) : ProxyLocality.Unknown,
            Labels = Labels(fields),
            ServiceAccount = Text(fields, "SERVICE_ACCOUNT"),
            ClusterId = Text(fields, "CLUSTER_ID"),
            Network = Text(fields, "NETWORK"),
            NodeName = Text(fields, "NODE_NAME"),
            Generator = Text(fields, "GENERATOR"),
            IstioVersion = Text(fields, "ISTIO_VERSION"),
            Metadata = LabelMap.From(fields.Select(f => KeyValuePair.Create(f.Key, MetadataText.Json(f.Value)))),
            Capabilities = CapabilityReader.Read(node),
        };
    }

    private static ProxyType TypeOf(string id, string text) => text switch
    {
        "sidecar" => ProxyType.Sidecar,
        "router" => ProxyType.Router,
        _ => throw new InvalidNodeException($"node.id '{id}' begins with '{text}', which is no supported kind of proxy; it must be sidecar or router"),
    };

    // A namespace has no dot, the name of a pod may have some.
    private static (string Pod, string Namespace) PodOf(string part)
    {
        var dot = part.LastIndexOf('.');
        return dot < 0 ? (part, "") : (part[..dot], part[(dot + 1)..]);
    }

    // As istiod: the addresses of the metadata if all of them are some, else the one of the id.
    private static EquatableArray<string> Addresses(string id, string part, IDictionary<string, Value> fields)
    {
        var given = fields.TryGetValue("INSTANCE_IPS", out var value) && value.KindCase == Value.KindOneofCase.ListValue
            ? value.ListValue.Values.Select(v => MetadataText.Plain(v)).ToArray()
            : Text(fields, "INSTANCE_IPS").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (given.Length > 0 && given.All(a => IPAddress.TryParse(a, out _)))
            return given.ToEquatableArray();
        if (IPAddress.TryParse(part, out _))
            return [part];
        throw new InvalidNodeException(
            $"node.id '{id}' has '{part}' as second part, which is no IP address, and metadata INSTANCE_IPS ('{Printable(string.Join(',', given.Take(MaxToldAddresses)))}') gives none");
    }

    // Control, format, surrogate and private characters: in logs and names they are not what they seem.
    private static bool IsHidden(char c) => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse;

    private static string Printable(string text) =>
        string.Concat((text.Length > MaxIdLength ? text[..MaxIdLength] : text).Select(static c => IsHidden(c) ? '?' : c));

    private static LabelMap Labels(IDictionary<string, Value> fields)
    {
        if (!fields.TryGetValue("LABELS", out var value) || value.KindCase == Value.KindOneofCase.NullValue)
            return LabelMap.Empty;
        if (value.KindCase != Value.KindOneofCase.StructValue)
            throw new InvalidNodeException("node.metadata LABELS is no object of labels");
        return LabelMap.From(value.StructValue.Fields.Select(f => KeyValuePair.Create(f.Key, MetadataText.Plain(f.Value))));
    }

    private static string Text(IDictionary<string, Value> fields, string key) =>
        fields.TryGetValue(key, out var value) ? MetadataText.Plain(value) : "";
}
