using System.Globalization;
using Google.Protobuf.Reflection;
using Validate;

namespace ControlPlane.Pipeline.Gate;

/// <summary>Turns the rules that a definition states about a value into what checks them. A kind of rule that is not known is an error, never passed over.</summary>
internal static class ValueRules
{
    /// <summary>The rule of a field's single value (or element, key), or null where it has none.</summary>
    /// <exception cref="NotSupportedException">The definition states a rule that is not implemented here.</exception>
    public static IValueRule? Of(FieldDescriptor field, FieldRules? rules)
    {
        var rule = rules is null ? null : Stated(field, rules);
        return rule ?? (field.FieldType == FieldType.Enum ? EnumRule.Of(field.EnumType, null) : null);
    }

    /// <summary>A number of elements as a size, where the largest stands for no limit.</summary>
    public static int Count(ulong number) => number > int.MaxValue ? int.MaxValue : (int)number;

    /// <summary>How a message names the sizes that are allowed.</summary>
    public static string Range(int least, int most) => (least, most) switch
    {
        (_, int.MaxValue) => string.Create(CultureInfo.InvariantCulture, $"at least {least}"),
        (0, _) => string.Create(CultureInfo.InvariantCulture, $"at most {most}"),
        _ when least == most => string.Create(CultureInfo.InvariantCulture, $"exactly {least}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"),
    };

    private static IValueRule? Stated(FieldDescriptor field, FieldRules rules) => rules.TypeCase switch
    {
        FieldRules.TypeOneofCase.None or FieldRules.TypeOneofCase.Repeated or FieldRules.TypeOneofCase.Map => null,
        FieldRules.TypeOneofCase.Float => NumberRule<float>.Of(rules.Float),
        FieldRules.TypeOneofCase.Double => NumberRule<double>.Of(rules.Double),
        FieldRules.TypeOneofCase.Int32 => NumberRule<int>.Of(rules.Int32),
        FieldRules.TypeOneofCase.Int64 => NumberRule<long>.Of(rules.Int64),
        FieldRules.TypeOneofCase.Uint32 => NumberRule<uint>.Of(rules.Uint32),
        FieldRules.TypeOneofCase.Uint64 => NumberRule<ulong>.Of(rules.Uint64),
        FieldRules.TypeOneofCase.Sint32 => NumberRule<int>.Of(rules.Sint32),
        FieldRules.TypeOneofCase.Sint64 => NumberRule<long>.Of(rules.Sint64),
        FieldRules.TypeOneofCase.Fixed32 => NumberRule<uint>.Of(rules.Fixed32),
        FieldRules.TypeOneofCase.Fixed64 => NumberRule<ulong>.Of(rules.Fixed64),
        FieldRules.TypeOneofCase.Sfixed32 => NumberRule<int>.Of(rules.Sfixed32),
        FieldRules.TypeOneofCase.Sfixed64 => NumberRule<long>.Of(rules.Sfixed64),
        FieldRules.TypeOneofCase.Bool => BoolRule.Of(rules.Bool),
        FieldRules.TypeOneofCase.String => StringRule.Of(rules.String),
        FieldRules.TypeOneofCase.Bytes => BytesRule.Of(rules.Bytes),
        FieldRules.TypeOneofCase.Enum => EnumRule.Of(field.EnumType, rules.Enum),
        FieldRules.TypeOneofCase.Any => AnyTypeRule.Of(rules.Any),
        FieldRules.TypeOneofCase.Duration => DurationRule.Of(rules.Duration),
        FieldRules.TypeOneofCase.Timestamp when rules.Timestamp.CalculateSize() == new TimestampRules { Required = true }.CalculateSize() => null,
        _ => throw new NotSupportedException($"{field.FullName}: no check for {rules.TypeCase} rules"),
    };
}
