namespace ControlPlane.Xds.NodeAuthorization;

/// <summary>What a stream holds as long as it is open. The stream disposes it when it ends, for whatever reason.</summary>
public interface IStreamLease : IDisposable
{
    /// <summary>Cancelled when the caller's rights have changed since the stream was opened: the stream ends, and the client comes back with those of now.</summary>
    CancellationToken Withdrawn { get; }
}
