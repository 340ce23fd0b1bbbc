using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Client.Requests;
using ControlPlane.Kubernetes.Leases;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Kubernetes.Reviews;
using ControlPlane.Kubernetes.Tests.Files;
using ControlPlane.Kubernetes.Writers;
using ControlPlane.Testing.Clusters;

namespace ControlPlane.Kubernetes.Tests.Clusters;

/// <summary>Verbs, reviews, locks and writers on a real API server.</summary>
[Collection(ClusterCollection.Name)]
public sealed class RealServerTests(ClusterFixture fixture) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<IDisposable> _clients = [];
    private readonly CancellationTokenSource _stop = new();

    private RealApiServer Server => fixture.Server;

    public void Dispose()
    {
        _clients.ForEach(c => c.Dispose());
        _stop.Dispose();
    }

    [ApiServerFact]
    public async Task Verbs_OnARealServer_DoWhatTheySay()
    {
        await NamespaceAsync("verbs");
        var client = Objects();
        const string list = "/api/v1/namespaces/verbs/configmaps";
        var made = Good(await client.CreateAsync(list, Map("m", "1"), ApiJson.Default.ConfigMapObject, default));
        Assert.True((await client.CreateAsync(list, Map("m", "1"), ApiJson.Default.ConfigMapObject, default)).Error!.IsConflict);
        var updated = Good(await client.UpdateAsync($"{list}/m", made with { Data = new() { ["k"] = "2" } }, ApiJson.Default.ConfigMapObject, default));
        Assert.True((await client.UpdateAsync($"{list}/m", made, ApiJson.Default.ConfigMapObject, default)).Error!.IsConflict);
        Assert.Equal("2", updated.Data!["k"]);
        Good(await client.MergePatchAsync($"{list}/m", "{\"data\":{\"more\":\"x\"}}"u8.ToArray(), ApiJson.Default.ConfigMapObject, default));
        var patched = Good(await client.JsonPatchAsync(
            $"{list}/m", "[{\"op\":\"replace\",\"path\":\"/data/k\",\"value\":\"3\"}]"u8.ToArray(), ApiJson.Default.ConfigMapObject, default));
        Assert.Equal("3 x", $"{patched.Data!["k"]} {patched.Data["more"]}");
        var applied = Good(await client.ApplyAsync($"{list}/m", Map("m", "4"), ApiJson.Default.ConfigMapObject, default));
        Assert.Equal("4 x", $"{applied.Data!["k"]} {applied.Data["more"]}");
        Assert.True((await client.DeleteAsync($"{list}/m", made.Metadata.ResourceVersion!, default))!.IsConflict);
        Assert.Null(await client.DeleteAsync($"{list}/m", "", default));
        Assert.True((await client.GetAsync($"{list}/m", ApiJson.Default.ConfigMapObject, default)).Error!.IsNotFound);
        var status = await client.MergePatchAsync(
            "/api/v1/namespaces/verbs/status", "{\"status\":{\"conditions\":[{\"type\":\"Seen\",\"status\":\"True\"}]}}"u8.ToArray(), ApiJson.Default.ConfigMapObject, default);
        Assert.Null(status.Error);
        Assert.Contains("Seen", await Server.KubectlAsync("get", "namespace", "verbs", "-o", "jsonpath={.status.conditions[*].type}"), StringComparison.Ordinal);
    }

    [ApiServerFact]
    public async Task TokenReview_OfGoodForeignAndExpiredTokens_SaysWhoTheyAre()
    {
        await NamespaceAsync("reviews");
        await Server.KubectlAsync("create", "serviceaccount", "-n", "reviews", "app");
        var cluster = Cluster();
        var token = (await Server.KubectlAsync("create", "token", "-n", "reviews", "app", "--audience", "istio-ca", "--duration", "10m")).Trim();

        var good = Good(await cluster.Tokens.ReviewAsync(token, ["istio-ca"], default));
        Assert.Equal((true, "system:serviceaccount:reviews:app", ("reviews", "app")), (good.IsValid, good.UserName, good.ServiceAccount));
        Assert.Contains("system:serviceaccounts:reviews", good.Groups);
        Assert.False(Good(await cluster.Tokens.ReviewAsync(token, ["other"], default)).IsValid);
        Assert.False(Good(await cluster.Tokens.ReviewAsync("nonsense", ["istio-ca"], default)).IsValid);
        var expired = await Server.SignTokenAsync("reviews", "app", TimeSpan.FromSeconds(-60), "istio-ca");
        Assert.False(Good(await cluster.Tokens.ReviewAsync(expired, ["istio-ca"], default)).IsValid);
        await Server.KubectlAsync("delete", "serviceaccount", "-n", "reviews", "app");
        await UntilAsync(async () => !Good(await cluster.Tokens.ReviewAsync(token, ["istio-ca"], default)).IsValid);
    }

    [ApiServerFact]
    public async Task AccessReview_OnRbac_FollowsTheRole()
    {
        await NamespaceAsync("access");
        await Server.KubectlAsync("create", "role", "-n", "access", "reader", "--verb=get", "--resource=secrets");
        await Server.KubectlAsync("create", "rolebinding", "-n", "access", "reader", "--role=reader", "--serviceaccount=access:app");
        var access = Cluster().Access;
        const string user = "system:serviceaccount:access:app";
        Assert.True(Good(await access.MayAsync(user, [], new ResourceAccess("get", "", "secrets") { Namespace = "access" }, default)));
        Assert.False(Good(await access.MayAsync(user, [], new ResourceAccess("list", "", "secrets") { Namespace = "access" }, default)));
        Assert.False(Good(await access.MayAsync(user, [], new ResourceAccess("get", "", "secrets") { Namespace = "default" }, default)));
        Assert.True(Good(await access.MayIAsync(new ResourceAccess("delete", "", "nodes"), default)));
    }

    [ApiServerFact]
    public async Task RootCertificates_WithTwoReplicasOneOfThemKilled_AreInEveryNamespaceAndWrittenOnce()
    {
        await NamespaceAsync("istio-system");
        await NamespaceAsync("roots-a");
        using var stopA = new CancellationTokenSource();
        var (writerA, runA) = Writer("a", stopA.Token);
        await UntilAsync(async () => await RootAsync("roots-a") == "PEM", () => $"{writerA.Election.IsLeader} {writerA.Writes} {writerA.Election.Error}");
        var (writerB, runB) = Writer("b", _stop.Token);
        await NamespaceAsync("roots-b");
        await UntilAsync(async () => await RootAsync("roots-b") == "PEM", () => $"{writerA.Election.IsLeader} {writerB.Election.IsLeader} {writerA.Writes} {writerA.Election.Error}");
        Assert.Equal("", await RootAsync("kube-system"));
        var writes = writerA.Writes;
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.Equal((writes, 0), (writerA.Writes, writerB.Writes));

        // b takes over; what is right already it does not write again.
        await stopA.CancelAsync();
        await runA;
        await UntilAsync(() => Task.FromResult(writerB.Election.IsLeader));
        await Server.KubectlAsync("delete", "configmap", "-n", "roots-a", RootCertificateWriter.ConfigMapName);
        await UntilAsync(async () => await RootAsync("roots-a") == "PEM", () => $"{writerB.Election.IsLeader} {writerB.Writes} {writerB.Election.Error}");
        await UntilAsync(() => Task.FromResult(writerB.Writes > 0));
        Assert.Equal((writes, 1), (writerA.Writes, writerB.Writes));

        // There is no controller that would finish the deletion: the namespace goes on terminating.
        await Server.KubectlAsync("delete", "namespace", "roots-a", "--wait=false");
        await Server.KubectlAsync("delete", "configmap", "-n", "roots-a", RootCertificateWriter.ConfigMapName);
        await NamespaceAsync("roots-c");
        await UntilAsync(async () => await RootAsync("roots-c") == "PEM");
        Assert.Equal("", await RootAsync("roots-a"));
        await _stop.CancelAsync();
        await runB;
    }

    private static ConfigMapObject Map(string name, string value) => new() { Metadata = new ObjectHeader { Name = name }, Data = new() { ["k"] = value } };

    private static T Good<T>(ApiResult<T> result)
    {
        Assert.Null(result.Error);
        return result.Value;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, Func<string>? describe = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested, $"waited in vain {describe?.Invoke()}");
            await Task.Delay(50);
        }
    }

    private (RootCertificateWriter Writer, Task Running) Writer(string identity, CancellationToken stop)
    {
        var cluster = Cluster();
        var lease = new LeaseOptions
        {
            Namespace = "istio-system", Name = RootCertificateOptions.LockName, Identity = identity,
            LeaseDuration = TimeSpan.FromSeconds(15), RenewDeadline = TimeSpan.FromSeconds(10), RetryPeriod = TimeSpan.FromSeconds(1),
        };
        var writer = cluster.WriteRootCertificates(new Roots(), lease, new RootCertificateOptions());
        return (writer, Task.WhenAll(cluster.Source.RunAsync(new RecordingSink(), stop), writer.RunAsync(stop)));
    }

    private async Task<string> RootAsync(string ns) => (await Server.KubectlAsync(
        "get", "configmap", "-n", ns, RootCertificateWriter.ConfigMapName, "--ignore-not-found", "-o", "jsonpath={.data.root-cert\\.pem}")).Trim();

    private Task NamespaceAsync(string name) => Server.ApplyAsync($"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n");

    private KubernetesCluster Cluster()
    {
        var cluster = new KubernetesCluster(KubeConfigReader.Read(Server.AdminConfig, ""), new KubernetesOptions(), TimeProvider.System, Random.Shared);
        _clients.Add(cluster);
        return cluster;
    }

    private ObjectClient Objects()
    {
        var api = new ApiClient(KubeConfigReader.Read(Server.AdminConfig, ""), new ApiClientOptions(), TimeProvider.System);
        _clients.Add(api);
        return new ObjectClient(api, new ResiliencePolicy(new ResilienceOptions(), TimeProvider.System));
    }

    private sealed class Roots : IRootCertificates
    {
        public event Action? Changed
        {
            add { }
            remove { }
        }

        public string Pem => "PEM";
    }
}
