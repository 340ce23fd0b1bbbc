namespace ControlPlane.Xds.Streams;

/// <summary>The writer of a stream, as its <see cref="StreamInbox"/> knows it.</summary>
internal interface IInboxWriter
{
    /// <summary>
    /// Something has come for the writer, which waited. It goes on within the call: what awaits something instead is an object more that a
    /// thousand idle streams have in no cache.
    /// </summary>
    void GoOn();
}
