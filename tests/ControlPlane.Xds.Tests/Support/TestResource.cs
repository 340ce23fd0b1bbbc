using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using Google.Protobuf;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>A resource whose bytes say its name (field 1, as in Envoy's messages), its content, and the clusters that it routes to.</summary>
public sealed record TestResource(string Name, string Content, EquatableArray<string> Clusters)
{
    public static EncodedResource Make(
        XdsType type, string name, string content = "1", string[]? references = null, string[]? clusters = null)
    {
        var body = new TestResource(name, content, (clusters ?? []).ToEquatableArray()).Encode();
        return new EncodedResource(type, name, body, VersionOf(content), (references ?? []).ToEquatableArray());
    }

    public static EncodedResource Cluster(string name, string content = "1", string? endpoints = null) =>
        Make(XdsType.Cluster, name, content, [endpoints ?? name]);

    public static EncodedResource Endpoint(string name, string content = "1") => Make(XdsType.Endpoint, name, content);

    public static EncodedResource Listener(string name, string content = "1", params string[] routes) =>
        Make(XdsType.Listener, name, content, routes);

    public static EncodedResource Route(string name, string content = "1", params string[] clusters) =>
        Make(XdsType.Route, name, content, clusters: clusters);

    public static string VersionOf(string content) => "v" + content;

    public static TestResource Decode(ReadOnlySpan<byte> body)
    {
        using var input = new CodedInputStream(body.ToArray());
        string name = "", content = "";
        var clusters = new List<string>();
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (tag >> 3)
            {
                case 1: name = input.ReadString(); break;
                case 2: content = input.ReadString(); break;
                default: clusters.Add(input.ReadString()); break;
            }
        }

        return new TestResource(name, content, clusters.ToEquatableArray());
    }

    private byte[] Encode()
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteString(Name);
            output.WriteTag(2, WireFormat.WireType.LengthDelimited);
            output.WriteString(Content);
            foreach (var cluster in Clusters)
            {
                output.WriteTag(3, WireFormat.WireType.LengthDelimited);
                output.WriteString(cluster);
            }
        }

        return stream.ToArray();
    }
}
