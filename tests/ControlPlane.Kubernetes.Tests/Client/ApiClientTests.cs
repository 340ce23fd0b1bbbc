using System.Net;
using System.Net.Sockets;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Client.Json;
using ControlPlane.Kubernetes.Tests.Files;
using ControlPlane.Kubernetes.Tests.Server;
using ControlPlane.Model.Collections;

namespace ControlPlane.Kubernetes.Tests.Client;

public sealed class ApiClientTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Get_StatusOfTheServer_IsTyped()
    {
        await using var server = new TestHttpServer(e => e.FailAsync(504, "Timeout", "Too large resource version: 9, current: 1", "Retry-After: 3\r\n", "ResourceVersionTooLarge"));
        using var client = Client(server);
        var error = (await client.GetAsync("/x", default)).Error!;
        Assert.Equal((504, "Timeout", TimeSpan.FromSeconds(3)), (error.Code, error.Reason, error.RetryAfter));
        Assert.True(error.IsResourceVersionTooLarge);
    }

    [Fact]
    public async Task Get_AnswerThatIsNoStatus_IsQuoted()
    {
        await using var server = new TestHttpServer(e => e.RespondAsync(502, "bad gateway: " + new string('x', 1000)));
        using var client = Client(server);
        var error = (await client.GetAsync("/x", default)).Error!;
        Assert.Equal(502, error.Code);
        Assert.StartsWith("bad gateway: xxx", error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 400);
    }

    [Fact]
    public async Task Get_NothingListens_IsATransportFault()
    {
        Uri address;
        await using (var server = new TestHttpServer(e => Task.CompletedTask))
            address = server.Address;
        using var client = new ApiClient(new ClusterConnection { Server = address }, new ApiClientOptions(), TimeProvider.System);
        Assert.True((await client.GetAsync("/x", default)).Error!.IsTransport);
    }

    [Fact]
    public async Task Get_ConnectionsThatAreResetAsTheyAreMade_AreTransportFaults()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var resetting = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                (await listener.AcceptSocketAsync(stop.Token)).Close(0);
        });
        using var client = new ApiClient(
            new ClusterConnection { Server = new Uri($"http://{listener.LocalEndpoint}") }, new ApiClientOptions { QueriesPerSecond = 100_000, Burst = 100_000 }, TimeProvider.System);
        for (var round = 0; round < 30; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetAsync("/x", default)));
            Assert.All(answers, answer => Assert.True(answer.Error!.IsTransport));
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resetting);
    }

    [Fact]
    public async Task Get_Cancelled_Throws()
    {
        await using var server = new TestHttpServer(e => e.HangAsync());
        using var client = Client(server);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync("/x", stop.Token));
    }

    [Fact]
    public async Task K16_ServerThatFallsSilent_IsLeft()
    {
        await using var server = new TestHttpServer(async e =>
        {
            await e.BeginStreamAsync();
            await e.StreamAsync("""{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a"}},""");
            await e.HangAsync();
        });
        using var client = Client(server, new ApiClientOptions { IdleTimeout = TimeSpan.FromSeconds(3), PingDelay = TimeSpan.FromSeconds(1) });
        var items = new List<string>();
        var list = await client.ListAsync("/x", new ListQuery(), i => items.Add(i.Name), default);
        Assert.Contains("silent", list.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(["a"], items);
        // A watch may be silent for long, but not beyond its own time.
        var end = await client.WatchAsync("/x", new WatchQuery { ResourceVersion = "1", Timeout = TimeSpan.FromMilliseconds(100) }, _ => true, default);
        Assert.Null(end);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task List_AnswerThatBreaksOff_IsATransportFault(bool abort)
    {
        await using var server = new TestHttpServer(async e =>
        {
            await e.BeginStreamAsync();
            await e.StreamAsync("""{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a"}},{"me""");
            if (abort)
                e.Abort();
            else
                await e.EndStreamAsync();
        });
        using var client = Client(server);
        Assert.True((await client.ListAsync("/x", new ListQuery(), _ => { }, default)).Error!.IsTransport);
    }

    [Fact]
    public async Task List_ObjectBeyondTheLimit_IsNamed()
    {
        await using var server = new TestHttpServer(e => e.RespondAsync(
            200, $$$"""{"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"big","namespace":"n"},"x":"{{{new string('x', 300_000)}}}"},{"metadata":{"name":"b"}}]}"""));
        using var client = Client(server, new ApiClientOptions { MaxObjectBytes = 100_000 });
        var items = new List<SplitObject>();
        var list = await client.ListAsync("/x", new ListQuery(), items.Add, default);
        Assert.Null(list.Error);
        Assert.Equal("5", list.Value.ResourceVersion);
        Assert.Equal([("big", true), ("b", false)], items.Select(i => (i.Name, i.IsTooLarge)));
    }

    [Fact]
    public async Task K22_TokenFile_IsReadAgainAfterARefusal()
    {
        _directory.Write("token", "old\n");
        await using var server = new TestHttpServer(e => e.Header("Authorization") == "Bearer new" ? e.RespondAsync(200, "{}") : e.FailAsync(401, "Unauthorized"));
        using var client = new ApiClient(new ClusterConnection { Server = server.Address, TokenFile = _directory.Path("token") }, new ApiClientOptions(), TimeProvider.System);
        Assert.True((await client.GetAsync("/x", default)).Error!.IsUnauthorized);
        _directory.Write("token", "new\n");
        Assert.Null((await client.GetAsync("/x", default)).Error);
        _directory.Write("token", "");
        Assert.Null((await client.GetAsync("/x", default)).Error);
        File.Delete(_directory.Path("token"));
        Assert.Null((await client.GetAsync("/x", default)).Error);
    }

    [Fact]
    public async Task Get_ExecCredentials_AreKeptUntilTheyExpireOrAreRefused()
    {
        _directory.Write("get.sh", "#!/bin/sh\necho x >> \"$COUNT\"\necho \"{\\\"kind\\\":\\\"ExecCredential\\\",\\\"status\\\":{\\\"token\\\":\\\"t$(wc -l < \"$COUNT\" | tr -d ' ')\\\"}}\"\n");
        // By the shell, and not itself: a file that was written just now can't be run while a process that another test starts still has it open.
        var exec = new ExecCredentials("/bin/sh", [_directory.Path("get.sh")], LabelMap.From([KeyValuePair.Create("COUNT", _directory.Path("count"))]), "client.authentication.k8s.io/v1", "");
        await using var server = new TestHttpServer(e => e.Header("Authorization") == "Bearer t1" && e.Path == "/refused" ? e.FailAsync(401, "Unauthorized") : e.RespondAsync(200, "{}"));
        using var client = new ApiClient(new ClusterConnection { Server = server.Address, Exec = exec }, new ApiClientOptions(), TimeProvider.System);
        Assert.Null((await client.GetAsync("/x", default)).Error);
        Assert.Null((await client.GetAsync("/x", default)).Error);
        Assert.Single(File.ReadAllLines(_directory.Path("count")));
        Assert.Null((await client.GetAsync("/refused", default)).Error);
        Assert.Equal(2, File.ReadAllLines(_directory.Path("count")).Length);
    }

    [Fact]
    public async Task Get_ExecProgramThatIsMissing_SaysHowToInstallIt()
    {
        await using var server = new TestHttpServer(e => e.RespondAsync(200, "{}"));
        var exec = new ExecCredentials("/no/such/program", [], LabelMap.Empty, "client.authentication.k8s.io/v1", "install it from there");
        using var client = new ApiClient(new ClusterConnection { Server = server.Address, Exec = exec }, new ApiClientOptions(), TimeProvider.System);
        Assert.Contains("install it from there", (await client.GetAsync("/x", default)).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task K34_Requests_AreSpaced()
    {
        await using var server = new TestHttpServer(e => e.RespondAsync(200, "{}"));
        using var client = Client(server, new ApiClientOptions { QueriesPerSecond = 50, Burst = 5 });
        var start = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 15).Select(_ => client.GetAsync("/x", default)));
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(190));
    }

    private static ApiClient Client(TestHttpServer server, ApiClientOptions? options = null) =>
        new(new ClusterConnection { Server = server.Address }, options ?? new ApiClientOptions(), TimeProvider.System);
}
