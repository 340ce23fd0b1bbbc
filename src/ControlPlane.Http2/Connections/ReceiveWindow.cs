namespace ControlPlane.Http2.Connections;

/// <summary>How many bytes of bodies we take (RFC 9113, 5.2). Not safe for concurrent use.</summary>
/// <param name="size">What the peer may send before anything is given back.</param>
internal struct ReceiveWindow(int size)
{
    private readonly int _worthTelling = size / 2;
    private int _available = size;
    private int _owed;

    /// <summary>Bytes have come.</summary>
    /// <returns>False when they are more than the peer may send.</returns>
    public bool TryTake(int bytes)
    {
        _available -= bytes;
        return _available >= 0;
    }

    /// <summary>Bytes may come again.</summary>
    /// <returns>What to tell the peer; 0 while it is too little to be worth a frame.</returns>
    public int GiveBack(int bytes)
    {
        _owed += bytes;
        if (_owed < _worthTelling)
            return 0;
        var increment = _owed;
        _available += increment;
        _owed = 0;
        return increment;
    }
}
