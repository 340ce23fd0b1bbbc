using System.Collections.Concurrent;
using Envoy.Config.Cluster.V3;

namespace ControlPlane.Translation.Envoy.Schema;

/// <summary>
/// The definitions of all messages of ControlPlane.Protos, read from the descriptor set inside that assembly, each message when it is
/// first asked for. Google's own descriptors build reflection for every field of every file that they touch, which takes seconds for
/// our files; these here take a few milliseconds. Safe for concurrent use.
/// </summary>
internal sealed class ProtoSchema
{
    private const string ResourceName = "schema.binpb";

    private static readonly Lazy<ProtoSchema> Loaded = new(Load);

    private readonly byte[] _set;
    private readonly SchemaIndex _index;
    private readonly ConcurrentDictionary<string, MessageSchema> _messages = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, EnumSchema> _enums = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Type, string> _names = new();

    private ProtoSchema(byte[] set)
    {
        _set = set;
        _index = new SchemaIndex(set);
    }

    /// <summary>The only instance.</summary>
    public static ProtoSchema Instance => Loaded.Value;

    /// <summary>Full names of all messages and enums.</summary>
    public IEnumerable<string> Names => _index.Places.Keys;

    /// <summary>The message of that full name, null where there is none.</summary>
    public MessageSchema? Message(string fullName)
    {
        if (_messages.TryGetValue(fullName, out var known))
            return known;
        if (!_index.Places.TryGetValue(fullName, out var place) || place.IsEnum)
            return null;
        return _messages.GetOrAdd(fullName, SchemaReader.ReadMessage(this, fullName, _set.AsSpan(place.Offset, place.Length)));
    }

    /// <summary>The enum of that full name, null where there is none.</summary>
    public EnumSchema? Enum(string fullName)
    {
        if (_enums.TryGetValue(fullName, out var known))
            return known;
        if (!_index.Places.TryGetValue(fullName, out var place) || !place.IsEnum)
            return null;
        return _enums.GetOrAdd(fullName, SchemaReader.ReadEnum(fullName, _set.AsSpan(place.Offset, place.Length)));
    }

    /// <summary>Full protobuf name of a generated class.</summary>
    /// <exception cref="ArgumentException">The class is not generated from our definitions.</exception>
    public string NameOf(Type type) => _names.GetOrAdd(type, t => _index.ByClrName.TryGetValue(t.FullName!.Replace('+', '.'), out var name)
        ? name
        : throw new ArgumentException($"{t} is no message of ours", nameof(type)));

    private static ProtoSchema Load()
    {
        using var stream = typeof(Cluster).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"{typeof(Cluster).Assembly.GetName().Name} lacks the resource {ResourceName}");
        var set = new byte[stream.Length];
        stream.ReadExactly(set);
        return new ProtoSchema(set);
    }
}
