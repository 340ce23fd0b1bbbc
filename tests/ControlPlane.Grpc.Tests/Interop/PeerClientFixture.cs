using ControlPlane.Grpc.Server;
using ControlPlane.Grpc.Tests.Support;
using ControlPlane.Testing.Processes;

namespace ControlPlane.Grpc.Tests.Interop;

/// <summary>Lets another implementation's client run all of its cases against our server, once.</summary>
public abstract class PeerClientFixture : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Dictionary<string, string> _results = new();
    private string _output = string.Empty;

    public static TheoryData<string> Cases { get; } =
        [.. InteropCases.Keys, "compressed_request", "unknown_compression"];

    protected abstract string? WhyAbsent { get; }

    public async Task InitializeAsync()
    {
        if (WhyAbsent is not null)
        {
            return;
        }

        await using var server = await TestServer.StartAsync(app => app.MapGrpcService(new InteropService()));
        await using var process = Start(server.Address.Authority);
        try
        {
            await process.WaitForExitAsync(Limit);
        }
        catch (TimeoutException)
        {
            // The cases that did not run fail; those that did count.
        }

        _output = process.Output;
        foreach (var line in _output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split([' ', ':'], 3);
            if (words[0] is "PASS" or "FAIL")
            {
                _results[words[1].Trim()] = line;
            }
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void AssertPassed(string name)
    {
        Assert.True(_results.TryGetValue(name, out var line), $"The peer did not run '{name}'. Output:\n{_output}");
        Assert.True(line.StartsWith("PASS", StringComparison.Ordinal), line);
    }

    protected abstract ExternalProcess Start(string target);
}
