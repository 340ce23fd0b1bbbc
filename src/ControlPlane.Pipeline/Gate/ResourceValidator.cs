using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ControlPlane.Translation.Envoy;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ControlPlane.Pipeline.Gate;

/// <summary>
/// Checks a message against the rules that Envoy checks before it looks at anything else: the validation options on our definitions, durations that
/// are negative or out of range, and fields that Envoy refuses by default. A resource that breaks one is refused by every Envoy, so it must not be sent.
/// The content of each Any (and TypedStruct) whose type is known is checked like the rest; one of an unknown type is passed over.
/// <para>What to check is worked out once per message type. Messages below which there is nothing to check are never visited. Pure, safe for concurrent use.</para>
/// </summary>
public sealed class ResourceValidator
{
    /// <summary>How many violations of one resource are reported; the rest would be noise.</summary>
    public const int MaxViolations = 16;

    /// <summary>Envoy passes over fields of dynamic configuration that it does not know.</summary>
    private static readonly Lazy<JsonParser> TypedStructParser =
        new(() => new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(ProtoTypes.Registry).WithIgnoreUnknownFields(true)));

    private readonly Func<string, MessageDescriptor?> _findType;
    private readonly ConcurrentDictionary<MessageDescriptor, MessageRules?> _rules = new();
    private readonly ConditionalWeakTable<ByteString, MessageDescriptor> _sound = [];

    /// <summary>A validator that knows the messages of our definitions.</summary>
    public ResourceValidator()
        : this(ProtoTypes.Find)
    {
    }

    /// <summary>A validator that knows the given messages.</summary>
    /// <param name="findType">Gives the type of a message that an Any carries by its full name, or null.</param>
    public ResourceValidator(Func<string, MessageDescriptor?> findType)
    {
        ArgumentNullException.ThrowIfNull(findType);
        _findType = findType;
    }

    /// <summary>Everything that is wrong with a resource, at most <see cref="MaxViolations"/>; empty where it is sound.</summary>
    public IReadOnlyList<ConfigViolation> Validate(IMessage resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (RulesOf(resource.Descriptor) is not { } rules)
            return [];
        var walk = new ValidationWalk(this);
        rules.Check(resource, walk);
        return walk.Violations;
    }

    /// <summary>The same as sentences, each with its field.</summary>
    public IReadOnlyList<string> Explain(IMessage resource)
    {
        var violations = Validate(resource);
        return violations.Count == 0 ? [] : [.. violations.Select(violation => violation.ToString())];
    }

    /// <summary>What there is to check in messages of a type, or null where there is nothing, not even further down.</summary>
    internal MessageRules? RulesOf(MessageDescriptor type)
    {
        if (_rules.TryGetValue(type, out var rules))
            return rules;
        rules = RuleReach.IsWorthVisiting(type) ? new MessageRules(type, this) : null;
        return _rules.GetOrAdd(type, rules);
    }

    /// <summary>The type of that name, or null where it is not known.</summary>
    internal MessageDescriptor? FindType(string name) => _findType(name);

    /// <summary>Whether these bytes were found sound before, as a message of that type. Resources share the objects they embed.</summary>
    internal bool IsKnownSound(ByteString bytes, MessageDescriptor type) => _sound.TryGetValue(bytes, out var known) && known == type;

    /// <summary>Remembers that these bytes are sound, for as long as somebody holds them.</summary>
    internal void RememberSound(ByteString bytes, MessageDescriptor type) => _sound.AddOrUpdate(bytes, type);

    /// <summary>Reads the JSON value of a TypedStruct as Envoy does.</summary>
    /// <exception cref="InvalidProtocolBufferException">The value does not fit the type.</exception>
    internal static IMessage ParseTypedStruct(string json, MessageDescriptor type) => TypedStructParser.Value.Parse(json, type);
}
