using System.Diagnostics.Metrics;
using System.Text;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Client.Requests;
using ControlPlane.Kubernetes.Tests.Server;

namespace ControlPlane.Kubernetes.Tests.Client;

public sealed class ObjectClientTests
{
    private const string Maps = "/api/v1/namespaces/n/configmaps";

    private static readonly ResilienceOptions Quick = new() { FirstDelay = TimeSpan.FromMilliseconds(1), MinimumThroughput = 100 };

    private readonly List<string> _requests = [];

    [Fact]
    public async Task Verbs_UseTheirMethodsPathsAndTypes()
    {
        await using var server = Server(_ => 200);
        using var api = Api(server);
        var client = new ObjectClient(api, new ResiliencePolicy(Quick, TimeProvider.System));
        var map = new ConfigMapObject { Metadata = new ObjectHeader { Name = "m", ResourceVersion = "5" }, Data = new() { ["k"] = "v" } };

        await client.GetAsync($"{Maps}/m", ApiJson.Default.ConfigMapObject, default);
        await client.CreateAsync(Maps, map, ApiJson.Default.ConfigMapObject, default);
        await client.UpdateAsync($"{Maps}/m", map, ApiJson.Default.ConfigMapObject, default);
        await client.UpdateAsync($"{Maps}/m/status", map, ApiJson.Default.ConfigMapObject, default);
        await client.MergePatchAsync($"{Maps}/m", Encoding.UTF8.GetBytes("{}"), ApiJson.Default.ConfigMapObject, default);
        await client.JsonPatchAsync($"{Maps}/m", Encoding.UTF8.GetBytes("[]"), ApiJson.Default.ConfigMapObject, default);
        await client.ApplyAsync($"{Maps}/m", map, ApiJson.Default.ConfigMapObject, default);
        Assert.Null(await client.DeleteAsync($"{Maps}/m", "5", default));

        const string json = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m","resourceVersion":"5"},"data":{"k":"v"}}""";
        const string by = "?fieldManager=controlplane";
        Assert.Equal(
            [
                $"GET {Maps}/m  ", $"POST {Maps}{by} application/json {json}", $"PUT {Maps}/m{by} application/json {json}",
                $"PUT {Maps}/m/status{by} application/json {json}", $"PATCH {Maps}/m{by} application/merge-patch+json {{}}",
                $"PATCH {Maps}/m{by} application/json-patch+json []", $"PATCH {Maps}/m{by}&force=true application/apply-patch+yaml {json}",
                $"DELETE {Maps}/m application/json {{\"preconditions\":{{\"resourceVersion\":\"5\"}}}}",
            ],
            _requests);
    }

    [Theory]
    [InlineData("PUT", 503, 2)]
    [InlineData("PUT", 500, 2)]
    [InlineData("PUT", 409, 1)]
    [InlineData("PUT", 403, 1)]
    [InlineData("POST", 500, 1)]
    [InlineData("POST", 429, 2)]
    [InlineData("POST", 503, 2)]
    public async Task K34_FailedRequest_IsMadeAgainOnlyWhereThatMayHelpAndCanDoNoHarm(string method, int code, int requests)
    {
        await using var server = Server(_ => code);
        using var api = Api(server);
        var client = new ObjectClient(api, new ResiliencePolicy(Quick with { Retries = 1 }, TimeProvider.System));
        var result = method == "PUT"
            ? await client.UpdateAsync($"{Maps}/m", new ConfigMapObject(), ApiJson.Default.ConfigMapObject, default)
            : await client.CreateAsync(Maps, new ConfigMapObject(), ApiJson.Default.ConfigMapObject, default);
        Assert.Equal(code, result.Error!.Code);
        Assert.Equal(requests, _requests.Count);
    }

    [Fact]
    public async Task Delete_OfWhatIsNotThere_Succeeds()
    {
        await using var server = Server(_ => 404);
        using var api = Api(server);
        Assert.Null(await new ObjectClient(api, new ResiliencePolicy(Quick, TimeProvider.System)).DeleteAsync($"{Maps}/m", "", default));
    }

    [Fact]
    public async Task ServerThatKeepsFailing_IsLeftAloneAndThenTriedAgain()
    {
        var code = 500;
        await using var server = Server(_ => code);
        using var api = Api(server);
        var time = new ManualTime();
        var options = new ResilienceOptions { Retries = 1, FirstDelay = TimeSpan.FromMilliseconds(1), MinimumThroughput = 4, BreakDuration = TimeSpan.FromMilliseconds(500) };
        var policy = new ResiliencePolicy(options, time);
        var client = new ObjectClient(api, policy);
        ApiStatus? error = null;
        while (error?.Message.Contains("not asked", StringComparison.Ordinal) != true)
            error = (await client.CreateAsync(Maps, new ConfigMapObject(), ApiJson.Default.ConfigMapObject, default)).Error;
        var asked = _requests.Count;
        Assert.Equal(4, asked);
        code = 200;
        Assert.NotNull((await client.CreateAsync(Maps, new ConfigMapObject(), ApiJson.Default.ConfigMapObject, default)).Error);
        Assert.Equal(asked, _requests.Count);
        time.Advance(options.BreakDuration);
        error = (await client.CreateAsync(Maps, new ConfigMapObject(), ApiJson.Default.ConfigMapObject, default)).Error;
        Assert.Null(error);
        Assert.Equal(asked + 1, _requests.Count);
    }

    [Fact]
    public async Task Answer_BeyondTheLimit_IsRefused()
    {
        await using var server = new TestHttpServer(e => e.RespondAsync(200, "{\"data\":{\"k\":\"" + new string('x', 10_000) + "\"}}"));
        using var api = new ApiClient(new ClusterConnection { Server = server.Address }, new ApiClientOptions { MaxObjectBytes = 5_000 }, TimeProvider.System);
        var result = await new ObjectClient(api, new ResiliencePolicy(Quick, TimeProvider.System)).GetAsync($"{Maps}/m", ApiJson.Default.ConfigMapObject, default);
        Assert.Contains("more than 5000 bytes", result.Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/v1/pods?resourceVersion=0", "list pods")]
    [InlineData("GET", "/api/v1/pods?watch=true", "watch pods")]
    [InlineData("GET", "/api/v1/namespaces/n/configmaps/m", "get configmaps")]
    [InlineData("GET", "/api/v1/namespaces/n", "get namespaces")]
    [InlineData("PUT", "/api/v1/namespaces/n/status", "update namespaces/status")]
    [InlineData("PATCH", "/apis/networking.istio.io/v1/namespaces/n/virtualservices/v/status?x=1", "patch virtualservices/status")]
    [InlineData("POST", "/apis/authentication.k8s.io/v1/tokenreviews", "create tokenreviews")]
    [InlineData("DELETE", "/apis/coordination.k8s.io/v1/namespaces/n/leases/l", "delete leases")]
    [InlineData("GET", "/version", "get ")]
    [InlineData("GET", "/apis/networking.istio.io", "get ")]
    public void RequestName_OfMethodAndPath_IsVerbAndResource(string method, string path, string expected)
    {
        var name = RequestName.Of(new HttpMethod(method), path);
        Assert.Equal(expected, $"{name.Verb} {name.Resource}");
    }

    [Fact]
    public async Task Requests_AreCountedByVerbResourceAndCode()
    {
        using var meter = new Meter("test");
        using var listener = new MeterListener();
        var seen = new List<string>();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => seen.Add(string.Join(' ', tags.ToArray().Select(t => t.Value))));
        listener.Start();
        Uri address;
        await using (var server = Server(_ => 409))
        {
            address = server.Address;
            using var api = new ApiClient(new ClusterConnection { Server = address }, new ApiClientOptions(), TimeProvider.System, new ClientMetrics(meter));
            await api.RequestAsync(HttpMethod.Put, $"{Maps}/m", "{}"u8.ToArray(), "application/json", default);
        }

        using var late = new ApiClient(new ClusterConnection { Server = address }, new ApiClientOptions(), TimeProvider.System, new ClientMetrics(meter));
        await late.RequestAsync(HttpMethod.Get, Maps, default, "", default);
        Assert.Equal(["update configmaps 409", "list configmaps 0"], seen);
    }

    private static ApiClient Api(TestHttpServer server) => new(new ClusterConnection { Server = server.Address }, new ApiClientOptions(), TimeProvider.System);

    private TestHttpServer Server(Func<TestExchange, int> answer) => new(async e =>
    {
        _requests.Add($"{e.Method} {e.Target} {e.Header("Content-Type")} {e.Body}");
        var code = answer(e);
        if (code < 300)
            await e.RespondAsync(code, "{}");
        else
            await e.FailAsync(code, "X", headers: code == 503 ? "Retry-After: 1\r\n" : "");
    });
}
