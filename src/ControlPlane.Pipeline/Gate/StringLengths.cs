using Validate;

namespace ControlPlane.Pipeline.Gate;

/// <summary>Demands on the length of a text, in characters (code points) or in bytes of UTF-8.</summary>
internal static class StringLengths
{
    /// <summary>The parts of a rule that speak of lengths.</summary>
    public static IEnumerable<Func<string, string?>> Of(StringRules rules)
    {
        bool exact = rules.HasLen, exactBytes = rules.HasLenBytes;
        if (exact || rules.HasMinLen || rules.HasMaxLen)
        {
            var (least, most) = exact ? (rules.Len, rules.Len) : (rules.MinLen, rules.HasMaxLen ? rules.MaxLen : ulong.MaxValue);
            yield return Within(least, most, Characters, "characters");
        }

        if (exactBytes || rules.HasMinBytes || rules.HasMaxBytes)
        {
            var (least, most) = exactBytes ? (rules.LenBytes, rules.LenBytes) : (rules.MinBytes, rules.HasMaxBytes ? rules.MaxBytes : ulong.MaxValue);
            yield return Within(least, most, System.Text.Encoding.UTF8.GetByteCount, "bytes");
        }
    }

    private static Func<string, string?> Within(ulong min, ulong max, Func<string, int> measure, string unit)
    {
        int least = ValueRules.Count(min), most = ValueRules.Count(max);
        if (least == 1 && most == int.MaxValue)
            return text => text.Length > 0 ? null : "must not be empty";
        return text =>
        {
            int length = measure(text);
            return length >= least && length <= most ? null : $"must have {ValueRules.Range(least, most)} {unit}, not {length}";
        };
    }

    private static int Characters(string text) => text.Length - text.Count(char.IsLowSurrogate);
}
