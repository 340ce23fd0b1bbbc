namespace ControlPlane.ArchitectureTests;

/// <summary>Who may reference whom. A new project gets its line here, or the tests fail.</summary>
public static class ProjectRules
{
    private const string Model = "ControlPlane.Model";
    private const string Protos = "ControlPlane.Protos";
    private const string Translation = "ControlPlane.Translation";
    private const string Pipeline = "ControlPlane.Pipeline";
    private const string Kubernetes = "ControlPlane.Kubernetes";
    private const string Http2 = "ControlPlane.Http2";
    private const string Grpc = "ControlPlane.Grpc";
    private const string Xds = "ControlPlane.Xds";
    private const string Security = "ControlPlane.Security";
    private const string Injection = "ControlPlane.Injection";
    private const string Protobuf = "Google.Protobuf";

    public static IReadOnlyList<ProjectRule> All { get; } =
    [
        new(Model, [], [], AspNet: false, [Model]),
        new(Protos, [], [Protobuf, "Grpc.Tools"], AspNet: false, []),
        new(Translation, [Model, Protos], [], AspNet: false, [Translation]),
        new(Pipeline, [Model, Protos, Translation], [], AspNet: false, []),
        new(Kubernetes, [Model], ["Polly", "Polly.Core"], AspNet: false, []),
        new(Http2, [], [], AspNet: true, ["ControlPlane.Http2.Hpack", "ControlPlane.Http2.Frames"]),
        new(Grpc, [Http2], [Protobuf], AspNet: true, []),
        new(Xds, [Model, Protos, Grpc], [], AspNet: true, ["ControlPlane.Xds.Subscriptions", "ControlPlane.Xds.Responses"]),
        new(Security, [Model, Protos, Grpc], [], AspNet: true, []),
        new(Injection, [Model], [], AspNet: true, ["ControlPlane.Injection.Decision"]),
        new("ControlPlane", [Model, Protos, Translation, Pipeline, Kubernetes, Grpc, Xds, Security, Injection],
            ["System.CommandLine", "Spectre.Console", "OpenTelemetry", "OpenTelemetry.Api", "OpenTelemetry.Exporter.OpenTelemetryProtocol"], AspNet: true, []),
    ];

    /// <summary>The rules of the projects that exist.</summary>
    public static TheoryData<ProjectRule> Existing => [.. All.Where(rule => File.Exists(Sources.ProjectFile(rule.Name)))];
}
