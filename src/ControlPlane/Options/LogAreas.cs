namespace ControlPlane.Options;

/// <summary>The areas of the log whose level can be set, each with the loggers that belong to it.</summary>
public static class LogAreas
{
    /// <summary>The area of ASP.NET Core's own lines, of which there is one for each request: without a level of its own it says warnings only.</summary>
    public const string Http = "http";

    /// <summary>The beginnings of the names of the loggers of each area; the longest that fits decides.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> All { get; } = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
    {
        ["engine"] = ["ControlPlane.Pipeline"],
        ["grpc"] = ["ControlPlane.Grpc", "ControlPlane.Http2"],
        [Http] = ["Microsoft"],
        ["identity"] = ["ControlPlane.Security", "ControlPlane.Composition.Identity"],
        ["injection"] = ["ControlPlane.Injection", "ControlPlane.Composition.Webhook"],
        ["server"] = ["ControlPlane"],
        ["sources"] = ["ControlPlane.Kubernetes", "ControlPlane.Composition.SourceRunner", "ControlPlane.Composition.ConfigReporter"],
        ["xds"] = ["ControlPlane.Xds"],
    };
}
