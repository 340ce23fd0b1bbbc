namespace ControlPlane.Xds.Diagnostics;

/// <summary>A stream, seen by diagnostics.</summary>
internal interface IStreamStatusSource
{
    /// <summary>Its state now. May be called from any thread.</summary>
    StreamStatus GetStatus();
}
