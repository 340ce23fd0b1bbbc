using ControlPlane.Xds.NodeAuthorization;

namespace ControlPlane.Composition.Identity;

/// <summary>The place of a stream, the rights that it was opened with, and the watch over its certificate, where it has one.</summary>
internal sealed class StreamLease : IStreamLease
{
    private readonly IDisposable _place;
    private readonly SecretRight _right;
    private readonly RevocationWatch? _watch;
    private readonly CancellationTokenSource _withdrawn;

    public StreamLease(IDisposable place, SecretRight right, RevocationWatch? watch)
    {
        (_place, _right, _watch) = (place, right, watch);
        _withdrawn = CancellationTokenSource.CreateLinkedTokenSource(right.Changed, watch?.Revoked ?? default);
    }

    public CancellationToken Withdrawn => _withdrawn.Token;

    public void Dispose()
    {
        _place.Dispose();
        _right.Dispose();
        _watch?.Dispose();
        _withdrawn.Dispose();
    }
}
