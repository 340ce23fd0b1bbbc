using ControlPlane.Model.Proxies;

namespace ControlPlane.Composition.Identity;

/// <summary>Which secrets a proxy may have, as long as it holds this.</summary>
/// <param name="access">Which.</param>
/// <param name="release">Tells that nobody asks for changes any more; null for nothing to be told.</param>
/// <param name="changed">Cancelled when the cluster's answer is another one.</param>
internal sealed class SecretRight(SecretAccess access, Action? release = null, CancellationToken changed = default) : IDisposable
{
    private Action? _release = release;

    public SecretAccess Access => access;

    public CancellationToken Changed => changed;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
