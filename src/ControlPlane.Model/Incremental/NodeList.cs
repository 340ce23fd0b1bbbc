namespace ControlPlane.Model.Incremental;

/// <summary>The nodes that a computation read, in order. Most computations read one or a few, and there are many of them.</summary>
internal readonly struct NodeList
{
    // Null where it is empty, the only node, or an array.
    private readonly object? _nodes;

    public NodeList(List<Node> nodes) => _nodes = nodes.Count switch
    {
        0 => null,
        1 => nodes[0],
        _ => nodes.ToArray(),
    };

    public int Count => _nodes switch
    {
        null => 0,
        Node => 1,
        var several => ((Node[])several).Length,
    };

    public Node this[int index] => _nodes as Node ?? ((Node[])_nodes!)[index];

    /// <summary>Whether the same nodes come in the same order.</summary>
    public bool IsSame(List<Node> nodes)
    {
        if (Count != nodes.Count)
            return false;
        for (var i = 0; i < nodes.Count; i++)
        {
            if (!ReferenceEquals(this[i], nodes[i]))
                return false;
        }

        return true;
    }
}
