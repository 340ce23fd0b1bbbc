namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>Holds the reading of one document to its limits.</summary>
internal sealed class YamlBudget(YamlLimits limits)
{
    private int _depth;
    private long _merged;

    /// <summary>Enters a collection. The parsers recurse once per collection, so this bounds the stack.</summary>
    public void Enter(int line)
    {
        if (++_depth > limits.MaxDepth)
            throw TooDeep(line);
    }

    public void Leave() => _depth--;

    /// <summary>Refuses an alias whose node would nest too deep where it stands.</summary>
    public void CheckAlias(YamlNode node, int line)
    {
        if (_depth + node.Depth > limits.MaxDepth)
            throw TooDeep(line);
    }

    /// <summary>Refuses a node that has grown too large.</summary>
    public void Check(YamlNode node, int line)
    {
        if (node.Size > limits.MaxNodes)
            throw new YamlFaultException(line, $"more than {limits.MaxNodes} nodes once aliases are followed");
        if (node.Characters > limits.MaxScalarCharacters)
            throw new YamlFaultException(line, $"more than {limits.MaxScalarCharacters} characters once aliases are followed");
    }

    public void SpendMerge(int members, int line)
    {
        _merged += members;
        if (_merged > limits.MaxNodes)
            throw new YamlFaultException(line, $"merge keys copy more than {limits.MaxNodes} members");
    }

    private YamlFaultException TooDeep(int line) => new(line, $"nested deeper than {limits.MaxDepth} levels");
}
