namespace ControlPlane.Model.Incremental;

/// <summary>
/// A set of nodes in order of their coming, that is small as long as it holds few: most nodes have one dependent or a handful, some have
/// thousands, and there are many nodes.
/// </summary>
internal struct NodeSet
{
    private const int ArrayLimit = 16;

    // Null where it is empty, the only node, an array whose free places come last, or a HashSet<Node>.
    private object? _nodes;

    public readonly bool IsEmpty => _nodes is null;

    /// <summary>The nodes. Nothing may be added or removed while they are walked.</summary>
    public readonly IEnumerable<Node> All => _nodes switch
    {
        null => [],
        Node only => [only],
        Node?[] few => few.OfType<Node>(),
        var many => (HashSet<Node>)many,
    };

    public void Add(Node node)
    {
        switch (_nodes)
        {
            case null:
                _nodes = node;
                break;
            case Node only:
                if (!ReferenceEquals(only, node))
                    _nodes = new Node?[] { only, node };
                break;
            case Node?[] few:
                AddTo(few, node);
                break;
            case HashSet<Node> many:
                many.Add(node);
                break;
        }
    }

    public void Remove(Node node)
    {
        switch (_nodes)
        {
            case Node only:
                if (ReferenceEquals(only, node))
                    _nodes = null;
                break;
            case Node?[] few:
                RemoveFrom(few, node);
                break;
            case HashSet<Node> many:
                if (many.Remove(node) && many.Count == 0)
                    _nodes = null;
                break;
        }
    }

    public void Clear() => _nodes = null;

    /// <summary>Tells the nodes that one which they depend on may have changed.</summary>
    public readonly void Suspect(Node dependency)
    {
        switch (_nodes)
        {
            case Node only:
                only.OnSuspect(dependency);
                break;
            case Node?[] few:
                for (var i = 0; i < few.Length && few[i] is { } node; i++)
                    node.OnSuspect(dependency);
                break;
            case HashSet<Node> many:
                foreach (var node in many)
                    node.OnSuspect(dependency);
                break;
        }
    }

    private void AddTo(Node?[] few, Node node)
    {
        for (var i = 0; i < few.Length; i++)
        {
            if (ReferenceEquals(few[i], node))
                return;
            if (few[i] is not null)
                continue;
            few[i] = node;
            return;
        }

        if (few.Length == ArrayLimit)
        {
            _nodes = new HashSet<Node>(few!, ReferenceEqualityComparer.Instance) { node };
            return;
        }

        var more = new Node?[2 * few.Length];
        few.CopyTo(more, 0);
        more[few.Length] = node;
        _nodes = more;
    }

    private void RemoveFrom(Node?[] few, Node node)
    {
        var at = Array.IndexOf(few, node);
        if (at < 0)
            return;
        few.AsSpan(at + 1).CopyTo(few.AsSpan(at));
        few[^1] = null;
        if (few[1] is null)
            _nodes = few[0];
    }
}
