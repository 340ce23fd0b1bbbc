using ControlPlane.Translation.Envoy;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Pipeline.Gate;

/// <summary>Checks what is packed inside a message: bytes under a type URL, or a Struct that stands for a message.</summary>
internal static class AnyContent
{
    /// <summary>Checks the message inside an Any, when its type is known and has rules.</summary>
    public static void Check(Any any, ValidationWalk walk)
    {
        if (RulesOf(any.TypeUrl, walk, out var type) is not { } rules || walk.Validator.IsKnownSound(any.Value, type!))
            return;
        IMessage content;
        try
        {
            content = type!.Parser.ParseFrom(any.Value);
        }
        catch (InvalidProtocolBufferException e)
        {
            walk.Report("", null, $"holds bytes that are no {type!.FullName}: {e.Message}");
            return;
        }

        int before = walk.Violations.Count;
        rules.Check(content, walk);
        if (walk.Violations.Count == before)
            walk.Validator.RememberSound(any.Value, type);
    }

    /// <summary>Checks the message that a TypedStruct stands for: Envoy turns it into that message and applies the message's rules.</summary>
    public static void CheckTypedStruct(IMessage typedStruct, ValidationWalk walk)
    {
        var (typeUrl, value) = TypedStructs.Parts(typedStruct);
        if (value is null || RulesOf(typeUrl, walk, out var type) is not { } rules)
            return;
        IMessage content;
        try
        {
            content = ResourceValidator.ParseTypedStruct(ProtoJson.Print(value), type!);
        }
        catch (InvalidProtocolBufferException e)
        {
            walk.Report("value", null, $"is no {type!.FullName}: {e.Message}");
            return;
        }

        rules.Check(content, walk);
    }

    private static MessageRules? RulesOf(string typeUrl, ValidationWalk walk, out MessageDescriptor? type)
    {
        type = walk.Validator.FindType(Any.GetTypeName(typeUrl));
        return type is null ? null : walk.Validator.RulesOf(type);
    }
}
