using ControlPlane.FeatureTests.Support;
using ControlPlane.Model.Delivery;
using ControlPlane.Testing.Clusters;
using ControlPlane.Tracing;
using OpenTelemetry.Exporter;

namespace ControlPlane.FeatureTests.Tracing;

public class TraceTests
{
    [Fact]
    public async Task Change_IsTracedFromItsSourceToTheLastAnswer()
    {
        using var folder = new Folder();
        folder.Write("mesh.yaml", Meshes.Namespaces + "\n---\n" + Meshes.Service("web"));
        await using var receiver = await TraceReceiver.StartAsync();
        await using var server = await RunningServer.StartAsync("--source", "dir:" + folder.Path, "--otlp-endpoint", receiver.Address);
        using var client = server.Connect();
        await client.AckAsync(await client.AskAsync(XdsType.Cluster.TypeUrl()));
        folder.Write("accepted.yaml", Meshes.Service("accepted"));
        await client.AckAsync(await client.ReadAsync());
        folder.Write("refused.yaml", Meshes.Service("refused"));
        await client.NackAsync(await client.ReadAsync(), "not this one");

        var accepted = await receiver.TraceOfAsync("Service shop/accepted");
        var refused = await receiver.TraceOfAsync("Service shop/refused");

        Assert.Equal(["apply", "change", "converge", "push"], accepted.Select(span => span.Name).Order(StringComparer.Ordinal));
        ReceivedSpan Span(string name) => accepted.Single(span => span.Name == name);
        var (change, converge) = (Span("change"), Span("converge"));
        Assert.Equal("", change.Parent);
        Assert.All(accepted.Where(span => span != change), span => Assert.Equal(change.Id, span.Parent));
        Assert.All(accepted, span => Assert.Equal("istiod", span.Service));
        Assert.All(accepted, span => Assert.InRange(span.Start, change.Start, span.End));
        Assert.True(Span("apply").End <= Span("push").Start && converge.Start <= Span("push").End && converge.End <= change.End, string.Join('\n', accepted));
        Assert.Equal("1", Span("push").Attributes["controlplane.streams"]);
        Assert.Equal(("1", "1", "0"), Answers(converge));
        Assert.Equal("first answer", Assert.Single(converge.Events));
        Assert.Equal("", converge.Error);
        var refusal = refused.Single(span => span.Name == "converge");
        Assert.Equal(("1", "0", "1"), Answers(refusal));
        Assert.Equal(["first answer", "refused"], refusal.Events);
        Assert.Equal("1 of 1 streams refused", refusal.Error);
    }

    [Fact]
    public async Task Receiver_ThatCantBeReached_IsToldInTheLog()
    {
        var address = $"http://127.0.0.1:{FreePorts.Take(1)[0]}";
        await using var server = await RunningServer.StartAsync("--otlp-endpoint", address);

        await server.Server.StopAsync("the end of the test");
        await server.Server.DisposeAsync();

        Assert.Contains(server.Log, line => line.StartsWith("Traces are not sent: ", StringComparison.Ordinal) && line.Contains(address, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://jaeger:4317", OtlpExportProtocol.Grpc, "http://jaeger:4317/")]
    [InlineData("http://jaeger:4318", OtlpExportProtocol.HttpProtobuf, "http://jaeger:4318/v1/traces")]
    [InlineData("http://jaeger:4318/otlp/", OtlpExportProtocol.HttpProtobuf, "http://jaeger:4318/otlp/v1/traces")]
    public void Target_OverHttp_IsThePathOfTraces(string endpoint, OtlpExportProtocol protocol, string expected) =>
        Assert.Equal(expected, TraceExport.Target(new Uri(endpoint), protocol).AbsoluteUri);

    private static (string Streams, string Acknowledged, string Refused) Answers(ReceivedSpan converge) => (
        converge.Attributes["controlplane.streams"], converge.Attributes["controlplane.streams.acknowledged"], converge.Attributes["controlplane.streams.refused"]);
}
