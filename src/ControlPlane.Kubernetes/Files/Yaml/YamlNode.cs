namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>
/// One node of a document with the line where it begins. Aliases share the node they name, so the nodes form a graph without
/// cycles; depth, size and characters are those of the expanded tree and are known when a node is complete, before anything is
/// expanded.
/// </summary>
internal sealed class YamlNode
{
    private static readonly List<YamlMember> NoMembers = [];
    private static readonly List<YamlNode> NoItems = [];

    private readonly List<YamlMember> _members = NoMembers;
    private readonly List<YamlNode> _items = NoItems;

    private YamlNode(YamlNodeKind kind, int line, string text)
    {
        Kind = kind;
        Line = line;
        Text = text;
        Size = 1;
        Characters = text.Length;
        if (kind == YamlNodeKind.Mapping)
            _members = [];
        else if (kind == YamlNodeKind.Sequence)
            _items = [];
    }

    public YamlNodeKind Kind { get; }

    public int Line { get; }

    /// <summary>A string's characters, or the JSON text of a number, true, false or null; "" for collections.</summary>
    public string Text { get; }

    /// <summary>Members of a mapping, in order, each key once.</summary>
    public IReadOnlyList<YamlMember> Members => _members;

    /// <summary>Items of a sequence.</summary>
    public IReadOnlyList<YamlNode> Items => _items;

    /// <summary>Nesting below and including this node; 0 for scalars.</summary>
    public int Depth { get; private set; }

    /// <summary>Number of nodes from here down.</summary>
    public long Size { get; private set; }

    /// <summary>Number of characters from here down.</summary>
    public long Characters { get; private set; }

    public static YamlNode Scalar(YamlNodeKind kind, int line, string text) => new(kind, line, text);

    public static YamlNode Collection(YamlNodeKind kind, int line) => new(kind, line, "") { Depth = 1 };

    public void Add(YamlNode item)
    {
        _items.Add(item);
        Grow(item, 0);
    }

    public void Add(YamlMember member)
    {
        _members.Add(member);
        Grow(member.Value, member.Key.Length);
    }

    /// <summary>The value of a member, or null.</summary>
    public YamlNode? Find(string key)
    {
        foreach (var member in _members)
        {
            if (string.Equals(member.Key, key, StringComparison.Ordinal))
                return member.Value;
        }

        return null;
    }

    private void Grow(YamlNode child, int keyLength)
    {
        // Each term is bounded by the limits when it is added (the reader checks after every step), so the sums can't overflow.
        Depth = Math.Max(Depth, child.Depth + 1);
        Size += child.Size;
        Characters += child.Characters + keyLength;
    }
}
