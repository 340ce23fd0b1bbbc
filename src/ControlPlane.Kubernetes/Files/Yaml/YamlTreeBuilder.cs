using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>Builds the nodes of one document from the parser's events, with anchors, aliases, merge keys, tags and limits.</summary>
internal sealed class YamlTreeBuilder(YamlLimits limits)
{
    private const string StandardTag = "tag:yaml.org,2002:";

    private readonly Stack<Frame> _open = new();
    private readonly Dictionary<string, YamlNode?> _anchors = new(StringComparer.Ordinal);
    private long _merged;

    /// <summary>Takes the next event; returns the root when the event completes it, else null.</summary>
    public YamlNode? Take(ParsingEvent e)
    {
        switch (e)
        {
            case AnchorAlias alias:
                return Complete(Resolve(alias), YamlReader.Line(e), fromAlias: true);
            case Scalar scalar:
                return TakeScalar(scalar);
            case SequenceStart start:
                Open(start, YamlNodeKind.Sequence);
                return null;
            case MappingStart start:
                Open(start, YamlNodeKind.Mapping);
                return null;
            default:
                return Close();
        }
    }

    private void Open(NodeEvent start, YamlNodeKind kind)
    {
        var line = YamlReader.Line(start);
        if (_open.Count >= limits.MaxDepth)
            throw new YamlFaultException(line, $"nested deeper than {limits.MaxDepth} levels");
        if (_open.TryPeek(out var parent) && parent.ExpectsKey)
            throw new YamlFaultException(line, "a mapping key must be a scalar");
        if (!start.Anchor.IsEmpty)
            _anchors[start.Anchor.Value] = null;
        _open.Push(new Frame(YamlNode.Collection(kind, line), start.Anchor));
    }

    private YamlNode? Close()
    {
        var frame = _open.Pop();
        frame.ApplyMerges(Spend);
        Check(frame.Node, frame.Node.Line);
        if (!frame.Anchor.IsEmpty)
            _anchors[frame.Anchor.Value] = frame.Node;
        return Complete(frame.Node, frame.Node.Line, fromAlias: false);
    }

    private YamlNode? TakeScalar(Scalar scalar)
    {
        var line = YamlReader.Line(scalar);
        var node = ToNode(scalar, line);
        if (!scalar.Anchor.IsEmpty)
            _anchors[scalar.Anchor.Value] = node;
        if (_open.TryPeek(out var frame) && frame.ExpectsKey && scalar is { Value: "<<", IsPlainImplicit: true, Style: ScalarStyle.Plain })
        {
            frame.BeginMerge();
            return null;
        }

        return Complete(node, line, fromAlias: false);
    }

    private YamlNode Resolve(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var node))
            throw new YamlFaultException(YamlReader.Line(alias), $"alias *{alias.Value.Value} names no anchor");
        return node ?? throw new YamlFaultException(YamlReader.Line(alias), $"anchor &{alias.Value.Value} contains itself");
    }

    /// <summary>Hands a complete node to the collection around it; returns it where it is the root.</summary>
    private YamlNode? Complete(YamlNode node, int line, bool fromAlias)
    {
        if (!_open.TryPeek(out var frame))
            return node;
        if (fromAlias && _open.Count + node.Depth > limits.MaxDepth)
            throw new YamlFaultException(line, $"nested deeper than {limits.MaxDepth} levels");
        frame.Take(node, line);
        Check(frame.Node, line);
        return null;
    }

    private void Check(YamlNode node, int line)
    {
        if (node.Size > limits.MaxNodes)
            throw new YamlFaultException(line, $"more than {limits.MaxNodes} nodes once aliases are followed");
        if (node.Characters > limits.MaxScalarCharacters)
            throw new YamlFaultException(line, $"more than {limits.MaxScalarCharacters} characters once aliases are followed");
    }

    private void Spend(int members, int line)
    {
        _merged += members;
        if (_merged > limits.MaxNodes)
            throw new YamlFaultException(line, $"merge keys copy more than {limits.MaxNodes} members");
    }

    private static YamlNode ToNode(Scalar scalar, int line)
    {
        var text = scalar.Value;
        if (!IsWellFormed(text))
            throw new YamlFaultException(line, "an escape gives an unpaired surrogate");
        var tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        if (tag.Length == 0 && scalar.Style == ScalarStyle.Plain)
        {
            var (kind, json) = ScalarResolver.Resolve(text, line);
            return YamlNode.Scalar(kind, line, json);
        }

        return tag.StartsWith(StandardTag, StringComparison.Ordinal)
            ? Tagged(tag[StandardTag.Length..], text, line)
            : YamlNode.Scalar(YamlNodeKind.String, line, text);
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }

        return true;
    }

    private static YamlNode Tagged(string tag, string text, int line)
    {
        if (tag is "str" or "timestamp")
            return YamlNode.Scalar(YamlNodeKind.String, line, text);
        if (tag == "binary")
            return YamlNode.Scalar(YamlNodeKind.String, line, Binary(text, line));
        var (kind, json) = ScalarResolver.Resolve(text, line);
        var fits = tag switch
        {
            "null" => kind == YamlNodeKind.Null,
            "bool" => kind == YamlNodeKind.Boolean,
            "int" => kind == YamlNodeKind.Number && json.AsSpan().IndexOfAny('.', 'E') < 0,
            "float" => kind == YamlNodeKind.Number,
            _ => true,
        };
        if (!fits)
            throw new YamlFaultException(line, $"the value does not fit its tag !!{tag}");
        return tag is "null" or "bool" or "int" or "float"
            ? YamlNode.Scalar(kind, line, json)
            : YamlNode.Scalar(YamlNodeKind.String, line, text);
    }

    private static string Binary(string text, int line)
    {
        try
        {
            var bytes = Convert.FromBase64String(text);
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            throw new YamlFaultException(line, "the value does not fit its tag !!binary: it must be base64 of UTF-8 text");
        }
    }

    /// <summary>A collection that has begun and not ended.</summary>
    private sealed class Frame(YamlNode node, AnchorName anchor)
    {
        private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
        private readonly List<(YamlNode Source, int Line)> _merges = [];
        private string? _key;
        private int _keyLine;
        private bool _merging;

        public YamlNode Node { get; } = node;

        public AnchorName Anchor { get; } = anchor;

        public bool ExpectsKey => Node.Kind == YamlNodeKind.Mapping && _key is null && !_merging;

        public void BeginMerge() => _merging = true;

        public void Take(YamlNode child, int line)
        {
            if (Node.Kind == YamlNodeKind.Sequence)
            {
                Node.Add(child);
            }
            else if (_merging)
            {
                _merging = false;
                TakeMerge(child, line);
            }
            else if (_key is null)
            {
                TakeKey(child, line);
            }
            else
            {
                Node.Add(new YamlMember(_key, _keyLine, child));
                _key = null;
            }
        }

        /// <summary>Adds what the merge keys bring; a key written in the mapping itself wins, then the earlier source.</summary>
        public void ApplyMerges(Action<int, int> spend)
        {
            foreach (var (source, line) in _merges)
            {
                spend(source.Members.Count, line);
                foreach (var member in source.Members)
                {
                    if (_keys.Add(member.Key))
                        Node.Add(member);
                }
            }
        }

        private void TakeKey(YamlNode key, int line)
        {
            if (key.Kind is YamlNodeKind.Null or YamlNodeKind.Sequence or YamlNodeKind.Mapping)
                throw new YamlFaultException(line, "a mapping key must be a scalar, and not null");
            if (!_keys.Add(key.Text))
                throw new YamlFaultException(line, $"key \"{key.Text}\" is already in this mapping");
            _key = key.Text;
            _keyLine = line;
        }

        private void TakeMerge(YamlNode source, int line)
        {
            var sources = source.Kind == YamlNodeKind.Sequence ? source.Items : [source];
            foreach (var item in sources)
            {
                if (item.Kind != YamlNodeKind.Mapping)
                    throw new YamlFaultException(line, "merge key << needs a mapping or a sequence of mappings");
                _merges.Add((item, line));
            }
        }
    }
}
