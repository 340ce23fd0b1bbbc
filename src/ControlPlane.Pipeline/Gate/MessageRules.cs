using Envoy.Config.Core.V3;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Validate;

namespace ControlPlane.Pipeline.Gate;

/// <summary>What there is to check in messages of one type.</summary>
internal sealed class MessageRules
{
    private const string PlaceholderCluster = "_";

    private readonly MessageDescriptor _type;
    private readonly OneofDescriptor[] _requiredOneofs;
    private readonly Lazy<FieldRule[]> _fields;
    private readonly bool _isTypedStruct;

    /// <summary>Works out what there is to check; the fields when the first message comes, because types may contain themselves.</summary>
    public MessageRules(MessageDescriptor type, ResourceValidator validator)
    {
        _type = type;
        _isTypedStruct = TypedStructs.IsOne(type);
        bool disabled = type.GetOptions() is { } options
            && (options.GetExtension(ValidateExtensions.Disabled) || options.GetExtension(ValidateExtensions.Ignored));
        _requiredOneofs = disabled ? [] : [.. type.Oneofs.Where(oneof => oneof.GetOptions()?.GetExtension(ValidateExtensions.Required) == true)];
        _fields = new Lazy<FieldRule[]>(() => disabled ? [] : [.. type.Fields.InFieldNumberOrder().Select(field => FieldRule.Of(field, validator)).OfType<FieldRule>()]);
    }

    /// <summary>Checks one message of the type and what is below it.</summary>
    public void Check(IMessage message, ValidationWalk walk)
    {
        if (IsReplacedByAgent(message))
            return;
        foreach (var oneof in _requiredOneofs)
        {
            if (oneof.Accessor.GetCaseFieldDescriptor(message) is null)
                walk.Report(oneof.Name, null, "one of its fields must be set: " + string.Join(", ", oneof.Fields.Select(field => field.Name)));
        }

        if (message is Any any)
            AnyContent.Check(any, walk);
        else if (message is Duration duration)
            Report(DurationRule.Soundness(duration), walk);
        else if (_isTypedStruct)
            AnyContent.CheckTypedStruct(message, walk);

        foreach (var field in _fields.Value)
        {
            if (walk.IsFull)
                return;
            field.Check(message, walk);
        }
    }

    /// <summary>The name of the type.</summary>
    public override string ToString() => _type.FullName;

    /// <summary>
    /// Whether Envoy never sees the message: Istio's agent fetches a remote file of the cluster "_" (Wasm modules) and puts a local one in its place.
    /// A proxy without that agent is not sent such a source.
    /// </summary>
    private static bool IsReplacedByAgent(IMessage message) => message is RemoteDataSource { HttpUri.Cluster: PlaceholderCluster };

    private static void Report(string? reason, ValidationWalk walk)
    {
        if (reason is not null)
            walk.Report("", null, reason);
    }
}
