using System.Globalization;
using System.Text;

namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>Reads plain, single-quoted and double-quoted scalars, folding their lines.</summary>
internal static class FlowScalarReader
{
    private const string Escapes = "0abt\tnvfre \"/\\N_LP";
    private const string Escaped = "\0\a\b\t\t\n\v\f\r\x1b \"/\\\u0085\u00a0\u2028\u2029";

    /// <summary>Whether a plain scalar may begin here.</summary>
    public static bool BeginsPlain(YamlCursor cursor, bool inFlow)
    {
        var next = cursor.At(1);
        if (cursor.Current is '-' or '?' or ':')
            return !YamlCursor.IsBlankOrBreak(next) && (cursor.Current == '-' || !(inFlow && YamlCursor.IsFlowIndicator(next)));
        return !YamlCursor.IsBlankOrBreak(cursor.Current) && !"-?:,[]{}#&*!|>'\"%@`".Contains(cursor.Current, StringComparison.Ordinal);
    }

    /// <summary>
    /// Reads the part of a plain scalar that stands on the current line, without trailing blanks. A colon ends it only before white
    /// space, inside brackets too, as in kubectl's reader: so [fe80::, fd00::] are strings.
    /// </summary>
    public static string PlainLine(YamlCursor cursor, bool inFlow)
    {
        var start = cursor.Position;
        var end = start;
        while (true)
        {
            var c = cursor.Current;
            if (YamlCursor.IsBlank(c))
            {
                cursor.Advance();
                if (cursor.Current == '#')
                    break;
                continue;
            }

            if (c is '\n' or YamlCursor.End || (c == ':' && YamlCursor.IsBlankOrBreak(cursor.At(1))) || (inFlow && YamlCursor.IsFlowIndicator(c)))
                break;
            cursor.Advance();
            end = cursor.Position;
        }

        cursor.MoveTo(end);
        return cursor.Text[start..end];
    }

    /// <summary>Reads the further lines of a plain scalar whose first line was read.</summary>
    /// <param name="cursor">After the first line's text; afterwards after the last line's.</param>
    /// <param name="first">The first line.</param>
    /// <param name="parentIndent">Column of the collection around it: further lines must be indented more, but not inside brackets.</param>
    /// <param name="inFlow">Whether it is inside brackets.</param>
    public static string PlainRest(YamlCursor cursor, string first, int parentIndent, bool inFlow)
    {
        StringBuilder? text = null;
        while (true)
        {
            var place = cursor.Save();
            var breaks = SkipBreaks(cursor);
            var c = cursor.Current;
            var goesOn = breaks > 0 && !cursor.AtEnd && c != '#' && (inFlow ? !YamlCursor.IsFlowIndicator(c) : cursor.Column > parentIndent)
                && !(c == ':' && YamlCursor.IsBlankOrBreak(cursor.At(1)));
            if (!goesOn)
            {
                cursor.Restore(place);
                return text?.ToString() ?? first;
            }

            if (!inFlow && cursor.Text.AsSpan(cursor.Position - cursor.Column, parentIndent + 1).Contains('\t'))
                throw cursor.TabFault();
            text ??= new StringBuilder(first);
            Fold(text, breaks);
            text.Append(PlainLine(cursor, inFlow));
        }
    }

    /// <summary>Reads the quoted scalar that begins here.</summary>
    public static string Quoted(YamlCursor cursor)
    {
        var quote = cursor.Current;
        var (line, column) = (cursor.Line, cursor.Column);
        cursor.Advance();
        var text = new StringBuilder();
        while (true)
        {
            var c = cursor.Current;
            if (cursor.AtEnd)
                throw YamlCursor.Fault(line, column, $"the string that begins here has no closing {quote}");
            if (c == quote && quote == '\'' && cursor.At(1) == '\'')
            {
                text.Append('\'');
                cursor.Advance(2);
            }
            else if (c == quote)
            {
                cursor.Advance();
                return WellFormed(text.ToString(), cursor);
            }
            else if (c == '\\' && quote == '"')
            {
                Escape(cursor, text);
            }
            else if (c is ' ' or '\t' or '\n')
            {
                WhiteSpace(cursor, text);
            }
            else
            {
                text.Append(c);
                cursor.Advance();
            }
        }
    }

    /// <summary>Moves over blanks and line breaks; returns the number of breaks.</summary>
    private static int SkipBreaks(YamlCursor cursor)
    {
        var breaks = 0;
        cursor.SkipBlanks();
        while (cursor.Current == '\n')
        {
            cursor.BreakLine();
            breaks++;
            cursor.SkipBlanks();
        }

        return breaks;
    }

    /// <summary>One break becomes a space, further ones stay.</summary>
    private static void Fold(StringBuilder text, int breaks)
    {
        if (breaks == 1)
            text.Append(' ');
        else
            text.Append('\n', breaks - 1);
    }

    /// <summary>White space inside quotes: kept within a line, folded around line breaks.</summary>
    private static void WhiteSpace(YamlCursor cursor, StringBuilder text)
    {
        var start = cursor.Position;
        var breaks = SkipBreaks(cursor);
        if (breaks == 0)
            text.Append(cursor.Text, start, cursor.Position - start);
        else
            Fold(text, breaks);
    }

    private static void Escape(YamlCursor cursor, StringBuilder text)
    {
        var c = cursor.At(1);
        if (c == '\n')
        {
            // An escaped line break: the next line goes on without a space; empty lines between stay.
            cursor.Advance();
            cursor.BreakLine();
            text.Append('\n', SkipBreaks(cursor));
            return;
        }

        var index = Escapes.IndexOf(c, StringComparison.Ordinal);
        var digits = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (c == YamlCursor.End || (index < 0 && digits == 0))
            throw cursor.Fault("unknown escape in a double-quoted string");
        cursor.Advance(2);
        if (index >= 0)
            text.Append(Escaped[index]);
        else
            Hexadecimal(cursor, text, digits);
    }

    private static void Hexadecimal(YamlCursor cursor, StringBuilder text, int digits)
    {
        var valid = cursor.Position + digits <= cursor.Text.Length;
        var code = 0u;
        valid = valid && uint.TryParse(
            cursor.Text.AsSpan(cursor.Position, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out code) && code <= 0x10ffff;
        if (!valid)
            throw cursor.Fault($"an escape needs {digits} hexadecimal digits of a Unicode character");
        cursor.Advance(digits);
        if (code <= 0xffff)
            text.Append((char)code);
        else
            text.Append(char.ConvertFromUtf32((int)code));
    }

    /// <summary>Two escapes may give the halves of one character, as in JSON; half a character alone can't be written as UTF-8.</summary>
    private static string WellFormed(string text, YamlCursor cursor)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                throw cursor.Fault("an escape gives half a character");
            i++;
        }

        return text;
    }
}
