using System.Text;

namespace ControlPlane.Translation.Features.Validation;

/// <summary>
/// Whether a text is a regular expression as RE2 reads it: what Envoy would refuse must not reach it. .NET's own parser can't tell, as
/// it takes what RE2 does not (look-around, references) and does not know some of RE2's forms.
/// </summary>
internal sealed class Re2Syntax
{
    private const int MaxLength = 1024;
    private const int MaxRepeat = 1000;

    private const string Special = @"\.+*?()|[]{}^$";

    // Control bytes and class names as RE2 documents them.
    private const string SimpleEscapes = "AbBzdDsSwWafnrtv";
    private static readonly string[] ClassNames = ["alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word", "xdigit"];

    private readonly string _text;
    private int _at;
    private int _open;
    private bool _repeatable;

    // How often the innermost of what stands last is repeated, counts within counts; and the most of that in each group around it.
    private int _repeated = 1;
    private readonly Stack<int> _around = new();

    private Re2Syntax(string text) => _text = text;

    /// <summary>What is wrong with an expression; null for nothing.</summary>
    public static string? Fault(string text)
    {
        if (text.Length == 0)
            return "a regular expression is required";
        // Envoy bounds the compiled program; Istio approximates it by the length.
        if (text.Length > MaxLength)
            return $"the regular expression is longer than {MaxLength} characters";
        return new Re2Syntax(text).Read();
    }

    /// <summary>An expression that matches a text and nothing else.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (Special.Contains(c, StringComparison.Ordinal))
                quoted.Append('\\');
            quoted.Append(c);
        }

        return quoted.ToString();
    }

    private bool AtEnd => _at >= _text.Length;

    private string? Read()
    {
        while (!AtEnd)
        {
            if (Step() is { } fault)
                return fault;
        }

        return _open > 0 ? "missing closing )" : null;
    }

    private string? Step()
    {
        switch (_text[_at])
        {
            case '(':
                _repeatable = false;
                return Group();
            case ')':
                _at++;
                _repeatable = true;
                return --_open < 0 ? "unexpected )" : Leave();
            case '|':
                _at++;
                _repeatable = false;
                return null;
            case '*' or '+' or '?':
                return Repeated(_text[_at++].ToString());
            case '{' when Counts(out var minimum, out var maximum, out var end):
                var bounds = _text[_at..end];
                _at = end;
                return minimum > MaxRepeat || maximum > MaxRepeat || (maximum >= 0 && minimum > maximum) ? $"invalid repeat count {bounds}" : Repeated(bounds) ?? Multiply(maximum < 0 ? minimum : maximum, bounds);
        }

        _repeatable = true;
        _repeated = 1;
        switch (_text[_at])
        {
            case '[':
                return Class();
            case '\\':
                return Escape(inClass: false);
            default:
                _at++;
                return null;
        }
    }

    /// <summary>A repetition may be lazy, but not repeated again.</summary>
    private string? Repeated(string what)
    {
        if (!_repeatable)
            return $"nothing that {what} could repeat";
        if (!AtEnd && _text[_at] == '?')
            _at++;
        _repeatable = false;
        return null;
    }

    /// <summary>Counts within counts multiply, and RE2 bounds the product too.</summary>
    private string? Multiply(int count, string bounds)
    {
        _repeated *= Math.Max(count, 1);
        if (_repeated > MaxRepeat)
            return $"invalid repeat count {bounds}: what is repeated there is repeated already, more than {MaxRepeat} times together";
        Note();
        return null;
    }

    private void Note()
    {
        if (_around.TryPop(out var most))
            _around.Push(Math.Max(most, _repeated));
    }

    private string? Leave()
    {
        _repeated = _around.Pop();
        Note();
        return null;
    }

    /// <summary>A group, or flags alone, which open none.</summary>
    private string? Group()
    {
        _at++;
        _open++;
        _around.Push(1);
        if (AtEnd || _text[_at] != '?')
            return null;
        _at++;
        var rest = _text.AsSpan(_at);
        if (rest.StartsWith("P<", StringComparison.Ordinal) || (rest.StartsWith("<", StringComparison.Ordinal) && !rest.StartsWith("<=", StringComparison.Ordinal) && !rest.StartsWith("<!", StringComparison.Ordinal)))
        {
            var start = _text.IndexOf('<', _at) + 1;
            var end = _text.IndexOf('>', start);
            if (end <= start || !_text[start..end].All(static c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                return "invalid name of a group";
            _at = end + 1;
            return null;
        }

        while (!AtEnd && (_text[_at] is 'i' or 'm' or 's' or 'U' or '-'))
            _at++;
        if (AtEnd || _text[_at] is not (':' or ')'))
            return "invalid or unsupported (? syntax";
        if (_text[_at++] == ')')
        {
            _open--;
            _around.Pop();
        }

        return null;
    }

    /// <summary>A class; a bracket at its beginning is a member.</summary>
    private string? Class()
    {
        _at++;
        if (!AtEnd && _text[_at] == '^')
            _at++;
        for (var first = true; ; first = false)
        {
            if (AtEnd)
                return "missing closing ]";
            if (_text[_at] == ']' && !first)
            {
                _at++;
                return null;
            }

            if (Member() is { } fault)
                return fault;
        }
    }

    private string? Member()
    {
        if (_text.AsSpan(_at).StartsWith("[:", StringComparison.Ordinal) && _text.IndexOf(":]", _at + 2, StringComparison.Ordinal) is var end && end >= 0)
        {
            var name = _text[(_at + 2)..end].TrimStart('^');
            _at = end + 2;
            return ClassNames.Contains(name) ? null : $"invalid character class [:{name}:]";
        }

        var low = _text[_at];
        var isPlain = low != '\\';
        if (Character(isPlain) is { } fault)
            return fault;
        if (_at + 1 >= _text.Length || _text[_at] != '-' || _text[_at + 1] == ']')
            return null;
        _at++;
        var high = _text[_at];
        var isRange = isPlain && high != '\\';
        return Character(high != '\\') ?? (isRange && high < low ? $"invalid range {low}-{high}" : null);
    }

    private string? Character(bool isPlain)
    {
        if (!isPlain)
            return Escape(inClass: true);
        _at++;
        return null;
    }

    private string? Escape(bool inClass)
    {
        if (++_at >= _text.Length)
            return "trailing backslash";
        var c = _text[_at++];
        switch (c)
        {
            case 'Q' when !inClass:
                var end = _text.IndexOf("\\E", _at, StringComparison.Ordinal);
                _at = end < 0 ? _text.Length : end + 2;
                return null;
            case 'p' or 'P':
                return Property();
            case 'x':
                return Hexadecimal();
            case >= '0' and <= '7':
                var octal = c == '0' || (!AtEnd && _text[_at] is >= '0' and <= '7');
                while (!AtEnd && _text[_at] is >= '0' and <= '7')
                    _at++;
                return octal ? null : $"references are not supported: \\{c}";
        }

        return (c < 128 && !char.IsAsciiLetterOrDigit(c)) || SimpleEscapes.Contains(c, StringComparison.Ordinal) ? null : $"invalid escape \\{c}";
    }

    private string? Property()
    {
        if (AtEnd)
            return "invalid character class \\p";
        if (_text[_at++] != '{')
            return null;
        var end = _text.IndexOf('}', _at);
        if (end <= _at)
            return "invalid character class \\p{";
        _at = end + 1;
        return null;
    }

    private string? Hexadecimal()
    {
        var braced = !AtEnd && _text[_at] == '{';
        var end = braced ? _text.IndexOf('}', _at) : _at + 2;
        if (end < 0 || end > _text.Length)
            return "invalid escape \\x";
        var digits = _text[(braced ? _at + 1 : _at)..end];
        _at = braced ? end + 1 : end;
        return digits.Length is > 0 and <= 6 && digits.All(char.IsAsciiHexDigit) ? null : "invalid escape \\x";
    }

    /// <summary>Whether <c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c> stands here; anything else is text.</summary>
    private bool Counts(out int minimum, out int maximum, out int end)
    {
        (minimum, maximum) = (0, -1);
        end = _text.IndexOf('}', _at) + 1;
        if (end == 0)
            return false;
        var parts = _text[(_at + 1)..(end - 1)].Split(',');
        if (parts.Length > 2 || !Number(parts[0], out minimum))
            return false;
        maximum = parts.Length == 1 ? minimum : -1;
        return parts.Length == 1 || parts[1].Length == 0 || Number(parts[1], out maximum);
    }

    private static bool Number(string text, out int value)
    {
        value = MaxRepeat + 1;
        return text.Length > 0 && text.All(char.IsAsciiDigit) && (text.Length > 8 || int.TryParse(text, out value));
    }
}
