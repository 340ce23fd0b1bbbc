using System.Text;

namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>Reads the literal (|) and folded (&gt;) scalars.</summary>
internal static class BlockScalarReader
{
    private enum Chomping
    {
        Clip,
        Strip,
        Keep,
    }

    /// <summary>Reads the scalar whose indicator is the current character.</summary>
    /// <param name="cursor">At | or &gt;; afterwards at the start of the first line that does not belong to it.</param>
    /// <param name="parentIndent">Column of the collection around it, -1 at the root.</param>
    public static string Read(YamlCursor cursor, int parentIndent)
    {
        var folded = cursor.Current == '>';
        var (chomping, increment) = Header(cursor);
        var indent = increment > 0 ? Math.Max(parentIndent, 0) + increment : Detect(cursor, parentIndent + 1);
        var text = new StringBuilder();
        // Between two lines of text: the break that ends the first, and the empty lines that follow it.
        bool pendingBreak = false, previousBlank = false;
        var empty = EmptyLines(cursor, indent);
        while (Indentation(cursor) >= indent && cursor.At(indent) != YamlCursor.End)
        {
            cursor.Advance(indent);
            var blank = YamlCursor.IsBlank(cursor.Current);
            if (pendingBreak && (!folded || previousBlank || blank))
                text.Append('\n');
            else if (pendingBreak && empty == 0)
                text.Append(' ');
            text.Append('\n', empty);
            var end = cursor.IndexOfBreak();
            text.Append(cursor.Text, cursor.Position, end - cursor.Position);
            cursor.MoveTo(end);
            (previousBlank, pendingBreak) = (blank, !cursor.AtEnd);
            if (pendingBreak)
                cursor.BreakLine();
            empty = EmptyLines(cursor, indent);
        }

        if (pendingBreak && chomping != Chomping.Strip)
            text.Append('\n');
        if (chomping == Chomping.Keep)
            text.Append('\n', empty);
        return text.ToString();
    }

    private static (Chomping Chomping, int Increment) Header(YamlCursor cursor)
    {
        cursor.Advance();
        var chomping = Chomping.Clip;
        var increment = 0;
        while (cursor.Current is '+' or '-' or (>= '0' and <= '9'))
        {
            if (char.IsAsciiDigit(cursor.Current))
            {
                if (increment > 0 || cursor.Current == '0')
                    throw cursor.Fault("the indentation of a block scalar must be one digit from 1 to 9");
                increment = cursor.Current - '0';
            }
            else
            {
                if (chomping != Chomping.Clip)
                    throw cursor.Fault("a block scalar has two chomping indicators");
                chomping = cursor.Current == '+' ? Chomping.Keep : Chomping.Strip;
            }

            cursor.Advance();
        }

        var blanks = cursor.SkipBlanks();
        if (cursor.Current == '#' && blanks)
            cursor.MoveTo(cursor.IndexOfBreak());
        if (cursor.Current != '\n' && !cursor.AtEnd)
            throw cursor.Fault("text must begin on the line after | or >");
        if (!cursor.AtEnd)
            cursor.BreakLine();
        return (chomping, increment);
    }

    /// <summary>The indentation of the first line that is not empty, but at least <paramref name="least"/>.</summary>
    private static int Detect(YamlCursor cursor, int least)
    {
        var place = cursor.Save();
        while (true)
        {
            var spaces = Indentation(cursor);
            cursor.Advance(spaces);
            if (cursor.Current == '\n')
            {
                cursor.BreakLine();
                continue;
            }

            if (cursor.Current == '\t' && spaces < least)
                throw cursor.TabFault();
            cursor.Restore(place);
            return Math.Max(spaces, least);
        }
    }

    /// <summary>Moves over empty lines (spaces up to the indentation count as nothing); returns their number.</summary>
    private static int EmptyLines(YamlCursor cursor, int indent)
    {
        var count = 0;
        while (true)
        {
            var spaces = Math.Min(Indentation(cursor), indent);
            if (cursor.At(spaces) != '\n')
                return count;
            cursor.Advance(spaces);
            cursor.BreakLine();
            count++;
        }
    }

    private static int Indentation(YamlCursor cursor)
    {
        var count = 0;
        while (cursor.At(count) == ' ')
            count++;
        return count;
    }
}
