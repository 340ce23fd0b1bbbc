namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>Builds one mapping: refuses repeated keys and applies merge keys at the end.</summary>
internal sealed class MappingBuilder(int line)
{
    /// <summary>Up to this many members a look at each is cheaper than a set.</summary>
    private const int SmallMapping = 8;

    private HashSet<string>? _keys;
    private List<(YamlNode Source, int Line)>? _merges;

    public YamlNode Node { get; } = YamlNode.Collection(YamlNodeKind.Mapping, line);

    /// <summary>Whether a key is the merge key, which only an unquoted one is.</summary>
    public static bool IsMerge(YamlKey key) => key is { IsPlain: true, Node: { Kind: YamlNodeKind.String, Text: "<<" } };

    /// <summary>Refuses a key before its value is read, so that the fault names the key's line.</summary>
    public void CheckKey(YamlKey key)
    {
        if (key.Node.Kind is YamlNodeKind.Null or YamlNodeKind.Sequence or YamlNodeKind.Mapping)
            throw new YamlFaultException(key.Line, "a mapping key must be a scalar, and not null");
        if (!IsMerge(key) && !IsNew(key.Node.Text))
            throw new YamlFaultException(key.Line, $"key \"{key.Node.Text}\" is already in this mapping");
    }

    public void Add(YamlKey key, YamlNode value, YamlBudget budget)
    {
        if (!IsMerge(key))
        {
            Node.Add(new YamlMember(key.Node.Text, key.Line, value));
            budget.Check(Node, key.Line);
            return;
        }

        foreach (var source in value.Kind == YamlNodeKind.Sequence ? value.Items : [value])
        {
            if (source.Kind != YamlNodeKind.Mapping)
                throw new YamlFaultException(key.Line, "merge key << needs a mapping or a sequence of mappings");
            (_merges ??= []).Add((source, key.Line));
        }
    }

    /// <summary>Adds what the merge keys bring: a key written in the mapping itself wins, then the earlier source.</summary>
    public YamlNode Finish(YamlBudget budget)
    {
        foreach (var (source, line) in _merges ?? [])
        {
            budget.SpendMerge(source.Members.Count, line);
            foreach (var member in source.Members)
            {
                if (!IsNew(member.Key))
                    continue;
                Node.Add(member);
                budget.Check(Node, line);
            }
        }

        return Node;
    }

    private bool IsNew(string key)
    {
        if (_keys is not null)
            return _keys.Add(key);
        if (Node.Find(key) is not null)
            return false;
        if (Node.Members.Count >= SmallMapping)
            _keys = new HashSet<string>(Node.Members.Select(m => m.Key).Append(key), StringComparer.Ordinal);
        return true;
    }
}
