using Google.Protobuf;
using Validate;

namespace ControlPlane.Pipeline.Gate;

/// <summary>A demand on bytes: their number.</summary>
internal sealed class BytesRule : IValueRule
{
    private readonly int _least;
    private readonly int _most;
    private readonly bool _ignoreEmpty;

    private BytesRule(int least, int most, bool ignoreEmpty)
    {
        _least = least;
        _most = most;
        _ignoreEmpty = ignoreEmpty;
    }

    /// <summary>The rule.</summary>
    /// <exception cref="NotSupportedException">It states more than a length.</exception>
    public static BytesRule Of(BytesRules rules)
    {
        var rest = rules.Clone();
        rest.ClearLen();
        rest.ClearMinLen();
        rest.ClearMaxLen();
        rest.ClearIgnoreEmpty();
        if (rest.CalculateSize() > 0)
            throw new NotSupportedException($"no check for the bytes rules {rest}");
        int least = ValueRules.Count(rules.HasLen ? rules.Len : rules.HasMinLen ? rules.MinLen : 0);
        int most = ValueRules.Count(rules.HasLen ? rules.Len : rules.HasMaxLen ? rules.MaxLen : ulong.MaxValue);
        return new BytesRule(least, most, rules.IgnoreEmpty);
    }

    /// <inheritdoc/>
    public string? Check(object value)
    {
        int length = ((ByteString)value).Length;
        bool right = (length >= _least && length <= _most) || (_ignoreEmpty && length == 0);
        return right ? null : $"must have {ValueRules.Range(_least, _most)} bytes, not {length}";
    }
}
