using ControlPlane.Xds.NodeAuthorization;

namespace ControlPlane.Composition.Identity;

/// <summary>The place of a stream and the rights that it was opened with.</summary>
internal sealed class StreamLease(IDisposable place, SecretRight right) : IStreamLease
{
    public CancellationToken Withdrawn => right.Changed;

    public void Dispose()
    {
        place.Dispose();
        right.Dispose();
    }
}
