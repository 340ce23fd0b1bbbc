namespace ControlPlane.Security.Authority;

/// <summary>The authority that signs now. Safe for concurrent use.</summary>
public sealed class CurrentAuthority
{
    private volatile CertificateAuthority? _value;

    /// <summary>The authority; null before it was read for the first time.</summary>
    public CertificateAuthority? Value => _value;

    /// <summary>Raised after <see cref="Value"/> has changed, on the thread that changed it: must be quick.</summary>
    public event Action? Changed;

    /// <summary>Takes over another authority.</summary>
    public void Set(CertificateAuthority authority)
    {
        _value = authority;
        Changed?.Invoke();
    }
}
