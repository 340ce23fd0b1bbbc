using System.Diagnostics;

namespace ControlPlane.Pipeline.Tracing;

/// <summary>
/// Where traces of changes come from. A trace is a span <c>change</c> from the source's event to the last answer of the streams that were told, and
/// in it <c>apply</c>, a <c>push</c> for each configuration that was computed anew, and <c>converge</c>, from the first stream told to the last
/// answer. Without a listener nothing is measured or allocated.
/// </summary>
public static class ChangeTracing
{
    /// <summary>Name of the activity source.</summary>
    public const string SourceName = "ControlPlane.Changes";

    internal static ActivitySource Source { get; } = new(SourceName);

    internal static bool IsOn => Source.HasListeners();
}
