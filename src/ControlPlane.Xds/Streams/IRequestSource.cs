namespace ControlPlane.Xds.Streams;

/// <summary>The requests of a stream, whatever their message.</summary>
internal interface IRequestSource
{
    /// <summary>The next request, null at the end.</summary>
    Task<IncomingRequest?> NextAsync();
}
