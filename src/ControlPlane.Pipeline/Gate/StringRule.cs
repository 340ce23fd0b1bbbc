using Validate;

namespace ControlPlane.Pipeline.Gate;

/// <summary>A demand on a text: all parts of it must hold.</summary>
internal sealed class StringRule : IValueRule
{
    private readonly Func<string, string?>[] _parts;
    private readonly bool _ignoreEmpty;

    private StringRule(Func<string, string?>[] parts, bool ignoreEmpty)
    {
        _parts = parts;
        _ignoreEmpty = ignoreEmpty;
    }

    /// <summary>The rule, or null where every text is right.</summary>
    public static StringRule? Of(StringRules rules)
    {
        var parts = new List<Func<string, string?>>();
        parts.AddRange(StringLengths.Of(rules));
        parts.AddRange(StringContents.Of(rules));
        if (StringFormats.Of(rules) is { } format)
            parts.Add(format);
        return parts.Count == 0 ? null : new StringRule([.. parts], rules.IgnoreEmpty);
    }

    /// <inheritdoc/>
    public string? Check(object value)
    {
        string text = (string)value;
        if (_ignoreEmpty && text.Length == 0)
            return null;
        foreach (var part in _parts)
        {
            if (part(text) is { } reason)
                return reason;
        }

        return null;
    }
}
