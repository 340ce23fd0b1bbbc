namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>A position in the text of one document, whose line breaks are all LF.</summary>
internal sealed class YamlCursor(string text)
{
    private const string FlowIndicators = ",[]{}";

    /// <summary>Position of the first token of the current line, as far as it is known.</summary>
    private int _firstToken;
    private int _lineStart;

    /// <summary>The end of the text is read as this character, which the text itself can't hold.</summary>
    public const char End = '\0';

    public string Text { get; } = text;

    public int Position { get; private set; }

    /// <summary>Line, from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Column, from 0.</summary>
    public int Column => Position - _lineStart;

    public bool AtEnd => Position >= Text.Length;

    public char Current => At(0);

    /// <summary>Whether nothing but indentation stands before the current position on its line.</summary>
    public bool AtLineStart => Position == _firstToken;

    public char At(int offset) => Position + offset < Text.Length ? Text[Position + offset] : End;

    public static bool IsBlank(char c) => c is ' ' or '\t';

    public static bool IsBlankOrBreak(char c) => c is ' ' or '\t' or '\n' or End;

    public static bool IsFlowIndicator(char c) => c != End && FlowIndicators.Contains(c, StringComparison.Ordinal);

    /// <summary>Whether an indicator such as - ? or : stands here, which counts only before white space.</summary>
    public bool IsIndicator(char c) => Current == c && IsBlankOrBreak(At(1));

    /// <summary>Moves on within the line.</summary>
    public void Advance(int count = 1) => Position += count;

    /// <summary>Moves over the line break at the current position.</summary>
    public void BreakLine()
    {
        Position++;
        Line++;
        _lineStart = Position;
        _firstToken = -1;
    }

    /// <summary>Moves over spaces and tabs; returns whether there was any.</summary>
    public bool SkipBlanks()
    {
        var start = Position;
        while (IsBlank(Current))
            Position++;
        return Position > start;
    }

    /// <summary>Moves over white space, line breaks and comments to the next token. Tabs may not indent it unless it is inside brackets.</summary>
    public void SkipToToken(bool inFlow)
    {
        while (true)
        {
            var lineStart = Position == _lineStart;
            var start = Position;
            SkipBlanks();
            if (Current == '#' && (lineStart || Position > start))
                Position = IndexOfBreak();
            if (Current != '\n')
            {
                if (lineStart)
                    _firstToken = Position;
                if (lineStart && !inFlow && !AtEnd && Text.AsSpan(start, Position - start).Contains('\t'))
                    throw TabFault();
                return;
            }

            BreakLine();
        }
    }

    /// <summary>Position of the end of the current line.</summary>
    public int IndexOfBreak()
    {
        var index = Text.IndexOf('\n', Position);
        return index < 0 ? Text.Length : index;
    }

    public void MoveTo(int position) => Position = position;

    /// <summary>Remembers the place, to come back to it.</summary>
    public (int Position, int Line, int LineStart, int FirstToken) Save() => (Position, Line, _lineStart, _firstToken);

    public void Restore((int Position, int Line, int LineStart, int FirstToken) place) =>
        (Position, Line, _lineStart, _firstToken) = place;

    public YamlFaultException TabFault() => Fault("a tab is used for indentation; YAML allows only spaces there");

    public YamlFaultException Fault(string message) => Fault(Line, Column, message);

    public static YamlFaultException Fault(int line, int column, string message) =>
        new(line, $"not well-formed YAML: {message} (column {column + 1})");
}
