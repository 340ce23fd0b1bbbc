using System.Security.Cryptography;
using ControlPlane.Model.Delivery;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.EndToEnd.Loading;

/// <summary>All resources that one proxy gets, by type and name, each as it goes on the wire.</summary>
internal sealed class Answers
{
    private readonly Dictionary<XdsType, SortedDictionary<string, Answer>> _byType = [];

    public IReadOnlyDictionary<string, Answer> this[XdsType type] =>
        _byType.TryGetValue(type, out var resources) ? resources : new SortedDictionary<string, Answer>(StringComparer.Ordinal);

    public void Add(XdsType type, string name, ByteString body)
    {
        if (!_byType.TryGetValue(type, out var resources))
            _byType[type] = resources = new(StringComparer.Ordinal);
        resources[name] = Answer.Of(type, body);
    }
}

/// <summary>One resource with the hash of its content.</summary>
internal sealed record Answer(string Version, Any Resource)
{
    public static Answer Of(XdsType type, ByteString body) =>
        new(Convert.ToHexStringLower(SHA256.HashData(body.Span))[..16], new Any { TypeUrl = type.TypeUrl(), Value = body });
}
