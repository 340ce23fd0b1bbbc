using Envoy.Annotations;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Validate;

namespace ControlPlane.Pipeline.Gate;

/// <summary>Says which message types need no visit: those that state no rule, and from which none that does can be reached.</summary>
internal static class RuleReach
{
    /// <summary>Whether there may be something to check in or below a message of that type.</summary>
    public static bool IsWorthVisiting(MessageDescriptor type)
    {
        var seen = new HashSet<MessageDescriptor>();
        var waiting = new Stack<MessageDescriptor>([type]);
        while (waiting.TryPop(out var next))
        {
            if (!seen.Add(next))
                continue;
            if (StatesRules(next))
                return true;
            foreach (var field in next.Fields.InDeclarationOrder())
            {
                if (field.FieldType == FieldType.Message)
                    waiting.Push(field.MessageType);
            }
        }

        return false;
    }

    private static bool StatesRules(MessageDescriptor type)
    {
        // A TypedStruct reaches any type, as an Any does; Duration is checked by itself.
        if (type == Any.Descriptor || type == Duration.Descriptor || TypedStructs.IsOne(type))
            return true;
        return type.Oneofs.Any(oneof => oneof.GetOptions()?.GetExtension(ValidateExtensions.Required) == true)
            || type.Fields.InDeclarationOrder().Any(StatesRules);
    }

    private static bool StatesRules(FieldDescriptor field)
    {
        if (field.FieldType == FieldType.Enum && field.EnumType.Values.Any(EnumRule.IsDisallowed))
            return true;
        var options = field.GetOptions();
        return options is not null && (options.HasExtension(ValidateExtensions.Rules) || options.GetExtension(DeprecationExtensions.DisallowedByDefault));
    }
}
