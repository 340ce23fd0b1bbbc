namespace ControlPlane.Http2.Streams;

/// <summary>Begins a response when the first of it is sent.</summary>
internal interface IResponseStart
{
    /// <summary>Runs what the application wants to do before, and gives the header block to the output; once.</summary>
    Task StartAsync();
}
