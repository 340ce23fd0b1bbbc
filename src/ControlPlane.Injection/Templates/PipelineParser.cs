using System.Globalization;
using System.Text;

namespace ControlPlane.Injection.Templates;

/// <summary>Reads what stands between {{ and }}.</summary>
internal sealed class PipelineParser
{
    private const int MaxDepth = 50;

    private readonly string _text;
    private int _at;

    private PipelineParser(string text) => _text = text;

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    /// <summary>Reads a pipeline.</summary>
    /// <exception cref="TemplateFault">It is not well-formed.</exception>
    public static Pipeline Parse(string text)
    {
        var parser = new PipelineParser(text);
        var result = parser.Pipe(0);
        return parser._at == text.Length ? result : throw parser.Fault($"'{parser.Current}' is not expected");
    }

    private Pipeline Pipe(int depth)
    {
        if (depth > MaxDepth)
            throw Fault($"more than {MaxDepth} parentheses within each other");
        var (variables, declares) = Assignment();
        var commands = new List<IReadOnlyList<Operand>>();
        do
        {
            var operands = new List<Operand>();
            for (SkipSpace(); Current is not ('\0' or ')' or '|'); SkipSpace())
                operands.Add(One(depth));
            if (operands.Count == 0)
                throw Fault("a value is missing");
            commands.Add(operands);
        }
        while (Take('|'));
        return new(variables, declares, commands);
    }

    /// <summary>$x :=, $x = or $i, $x := before a pipeline.</summary>
    private (List<string> Variables, bool Declares) Assignment()
    {
        var start = _at;
        var names = new List<string>();
        do
        {
            SkipSpace();
            if (Current != '$')
                break;
            _at++;
            names.Add(Word());
            SkipSpace();
        }
        while (Take(','));
        var declares = _text.AsSpan(_at).StartsWith(":=");
        if (names.Count is > 0 and <= 2 && (declares || (Current == '=' && names.Count == 1)))
        {
            _at += declares ? 2 : 1;
            return (names, declares);
        }

        _at = start;
        return ([], false);
    }

    private Operand One(int depth)
    {
        switch (Current)
        {
            case '"' or '`' or '\'':
                var end = TemplateSegments.EndOfQuote(_text, _at);
                var quoted = _text[_at..(end + 1)];
                _at = end + 1;
                return new Operand.Literal(quoted[0] == '\'' ? (long)Unquote(quoted)[0] : Unquote(quoted));
            case '(':
                _at++;
                var inner = Pipe(depth + 1);
                if (!Take(')'))
                    throw Fault("a parenthesis is not closed");
                return new Operand.Inner(inner, Fields());
            case '$':
                _at++;
                return new Operand.Variable(Word(), Fields());
            case '.':
                return new Operand.Dot(Current == '.' && !IsWord(Next) ? Nothing() : Fields());
            case >= '0' and <= '9' or '-' or '+':
                return Number();
            default:
                return Named();
        }
    }

    private char Next => _at + 1 < _text.Length ? _text[_at + 1] : '\0';

    private List<string> Nothing()
    {
        _at++;
        return [];
    }

    private List<string> Fields()
    {
        var fields = new List<string>();
        while (Current == '.' && IsWord(Next))
        {
            _at++;
            fields.Add(Word());
        }

        return fields;
    }

    private Operand.Literal Number()
    {
        var start = _at++;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '.' or '_')
            _at++;
        var text = _text[start.._at];
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return new(whole);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? new(real) : throw Fault($"'{text}' is not a number");
    }

    private Operand Named()
    {
        var word = Word();
        return word switch
        {
            "" => throw Fault($"'{Current}' is not expected"),
            "true" => new Operand.Literal(true),
            "false" => new Operand.Literal(false),
            "nil" => new Operand.Literal(null),
            _ => new Operand.Function(word),
        };
    }

    private string Word()
    {
        var start = _at;
        while (IsWord(Current))
            _at++;
        return _text[start.._at];
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private void SkipSpace()
    {
        while (char.IsWhiteSpace(Current))
            _at++;
    }

    private bool Take(char c)
    {
        SkipSpace();
        if (Current != c)
            return false;
        _at++;
        return true;
    }

    private static string Unquote(string quoted)
    {
        if (quoted[0] == '`')
            return quoted[1..^1];
        var result = new StringBuilder(quoted.Length);
        for (var i = 1; i < quoted.Length - 1; i++)
        {
            if (quoted[i] != '\\')
            {
                result.Append(quoted[i]);
                continue;
            }

            i++;
            result.Append(quoted[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '\\' or '"' or '\'' => quoted[i], var other => throw new TemplateFault($"\\{other} in a quoted text is not understood") });
        }

        return result.Length == 0 && quoted[0] == '\'' ? throw new TemplateFault("'' is no character") : result.ToString();
    }

    private TemplateFault Fault(string reason) => new($"{{{{ {_text} }}}}: {reason}");
}
