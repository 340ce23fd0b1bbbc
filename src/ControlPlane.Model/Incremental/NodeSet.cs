namespace ControlPlane.Model.Incremental;

/// <summary>A set of nodes that is small as long as it holds few: most nodes have a handful of dependents, some have thousands.</summary>
internal struct NodeSet
{
    private const int ListLimit = 16;

    private List<Node>? _few;
    private HashSet<Node>? _many;

    public readonly int Count => _many?.Count ?? _few?.Count ?? 0;

    public void Add(Node node)
    {
        if (_many is not null)
        {
            _many.Add(node);
            return;
        }

        _few ??= new List<Node>(1);
        if (_few.Contains(node))
            return;
        _few.Add(node);
        if (_few.Count > ListLimit)
        {
            _many = [.. _few];
            _few = null;
        }
    }

    public readonly void Remove(Node node)
    {
        if (_many is not null)
            _many.Remove(node);
        else
            _few?.Remove(node);
    }

    public readonly void ForEach(Action<Node> action)
    {
        if (_many is not null)
        {
            foreach (var node in _many)
                action(node);
        }
        else if (_few is not null)
        {
            foreach (var node in _few)
                action(node);
        }
    }
}
