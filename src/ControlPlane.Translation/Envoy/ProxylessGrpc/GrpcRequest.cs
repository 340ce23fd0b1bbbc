namespace ControlPlane.Translation.Envoy.ProxylessGrpc;

/// <summary>What a client asks of one host.</summary>
internal sealed class GrpcRequest(string host)
{
    private readonly SortedSet<string> _spellings = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ports = new(StringComparer.Ordinal);
    private bool _allPorts;

    /// <summary>The host.</summary>
    public string Host => host;

    /// <summary>How the client writes the host; it gets listeners for each of these.</summary>
    public IReadOnlyCollection<string> Spellings => _spellings;

    /// <summary>The ports it asks for; empty for all.</summary>
    public IReadOnlyCollection<string> Ports => _ports;

    /// <summary>Asks for all ports, whatever else is asked.</summary>
    public void TakeAllPorts()
    {
        _allPorts = true;
        _ports.Clear();
    }

    /// <summary>Adds a spelling with its port, null for all ports.</summary>
    public void Add(string spelling, string? port)
    {
        _spellings.Add(spelling);
        if (port is null)
            TakeAllPorts();
        else if (!_allPorts)
            _ports.Add(port);
    }
}
