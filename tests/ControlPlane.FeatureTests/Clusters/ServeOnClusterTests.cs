using System.Net;
using System.Text.Json.Nodes;
using ControlPlane.FeatureTests.Identity;
using ControlPlane.FeatureTests.Support;
using ControlPlane.FeatureTests.Tracing;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Testing;
using ControlPlane.Testing.Clusters;

namespace ControlPlane.FeatureTests.Clusters;

/// <summary><c>serve --source kubernetes</c> on a real API server and what happens to one.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ServeOnClusterTests(ClusterFixture cluster)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [ApiServerFact]
    public async Task Change_ByKubectl_ArrivesAtAnAdsClient()
    {
        await cluster.Server.ApplyAsync(ClusterYaml.Namespace("follow") + ClusterYaml.Service("follow", "web", "10.1.0.1"));
        await using var server = await StartAsync();
        using var client = new ClusterClient(server.Server.Addresses.Xds);

        Assert.True(await client.KnowsAsync(ClusterYaml.Cluster("follow", "web")));
        Assert.Equal("10.1.0.1", await client.EndpointsAsync(ClusterYaml.Cluster("follow", "web")));
        await cluster.Server.ApplyAsync(ClusterYaml.Slice("follow", "web", "10.1.0.1", "10.1.0.2"));
        Assert.Equal("10.1.0.1 10.1.0.2", await client.NextEndpointsAsync());
        await cluster.Server.KubectlAsync("delete", "-n", "follow", "endpointslice", "web-1");
        Assert.Equal("", await client.NextEndpointsAsync());
    }

    [ApiServerFact]
    public async Task Change_ByKubectl_IsOneTraceFromItsEventToTheLastAnswer()
    {
        await cluster.Server.ApplyAsync(ClusterYaml.Namespace("traced") + ClusterYaml.Service("traced", "web", "10.7.0.1"));
        await using var receiver = await TraceReceiver.StartAsync();
        await using var server = await RunningServer.StartAsync(
            "--source", "kubernetes", "--kubeconfig", cluster.Server.AdminConfig, "--data-dir", cluster.Server.PathOf("identity"), "--otlp-endpoint", receiver.Address);
        using var client = new ClusterClient(server.Server.Addresses.Xds);
        Assert.Equal("10.7.0.1", await client.EndpointsAsync(ClusterYaml.Cluster("traced", "web")));
        var before = DateTimeOffset.UtcNow;
        await cluster.Server.ApplyAsync(ClusterYaml.Slice("traced", "web", "10.7.0.2"));
        Assert.Equal("10.7.0.2", await client.NextEndpointsAsync());

        var trace = await receiver.TraceOfAsync("EndpointSlice traced/web-1", before);
        Assert.Equal(["apply", "change", "converge", "push"], trace.Select(span => span.Name).Order(StringComparer.Ordinal));
        var change = trace.Single(span => span.Name == "change");
        Assert.All(trace.Where(span => span != change), span => Assert.Equal((change.Trace, change.Id), (span.Trace, span.Parent)));
        Assert.All(trace, span => Assert.True(change.Start <= span.Start && span.Start <= span.End && span.End <= change.End, $"{span} in {change}"));
        Assert.Equal(("1", "1"), (trace.Single(s => s.Name == "converge").Attributes["controlplane.streams"], trace.Single(s => s.Name == "converge").Attributes["controlplane.streams.acknowledged"]));
    }

    [ApiServerFact]
    public async Task DiscoverySelectorsAndRevision_OnACluster_AreFollowed()
    {
        await cluster.Server.ApplyAsync(
            ClusterYaml.Namespace("istio-system") + ClusterYaml.Namespace("seen") + ClusterYaml.Namespace("unseen")
            + ClusterYaml.Service("seen", "web", "10.8.0.1") + ClusterYaml.Service("unseen", "web", "10.8.1.1"));
        await cluster.Server.KubectlAsync("label", "namespace", "seen", "mesh=yes", "--overwrite");
        // A revision reads its own mesh configuration.
        await SelectAsync("mesh: 'yes'");
        await using var server = await RunningServer.StartAsync(
            "--source", "kubernetes", "--kubeconfig", cluster.Server.AdminConfig, "--data-dir", cluster.Server.PathOf("identity"), "--revision", "canary");
        Assert.Equal("seen/web", Services());
        await cluster.Server.KubectlAsync("label", "namespace", "unseen", "mesh=yes");
        await UntilAsync(() => Services() == "seen/web unseen/web", Services);
        await SelectAsync("kubernetes.io/metadata.name: unseen");
        await UntilAsync(() => Services() == "unseen/web", Services);
        // Server 1.20 does not label namespaces with their names; to the mesh they are.
        await cluster.Server.KubectlAsync("delete", "configmap", "-n", "istio-system", "istio-canary");
        await UntilAsync(() => Services().Contains("seen/web unseen/web", StringComparison.Ordinal) && Services().Contains("default/kubernetes", StringComparison.Ordinal), Services);

        string Services() => string.Join(' ', server.Server.Engine.Snapshot.Table(Model.Snapshots.Tables.Services).All.Select(s => s.Key.ToString())
            .Order(StringComparer.Ordinal));
        Task SelectAsync(string labels) => cluster.Server.ApplyAsync(
            $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: istio-canary, namespace: istio-system}}\ndata:\n  mesh: |\n    discoverySelectors:\n    - matchLabels:\n        {labels}\n");
    }

    [ApiServerFact]
    public async Task ApiServer_KilledAndStartedAgain_LeavesTheStateAndIsFollowedAgainWithOneListPerKindAtMost()
    {
        await cluster.Server.ApplyAsync(ClusterYaml.Namespace("killed") + ClusterYaml.Service("killed", "web", "10.2.0.1"));
        await using var server = await StartAsync();
        using var client = new ClusterClient(server.Server.Addresses.Xds);
        Assert.Equal("10.2.0.1", await client.EndpointsAsync(ClusterYaml.Cluster("killed", "web")));
        var before = Source(server).Status.Where(s => s.IsServed).ToDictionary(s => s.Name, s => s.Lists);

        await cluster.Server.KillAsync();
        await UntilAsync(() => Source(server).Status.All(s => s.Error is not null || !s.IsServed), () => Statuses(server));
        var ready = await server.GetAsync("/ready");
        Assert.Equal(HttpStatusCode.OK, ready.Status);
        Assert.StartsWith("ok\n", ready.Body, StringComparison.Ordinal);
        Assert.Contains("stale: /api/v1/services for ", ready.Body, StringComparison.Ordinal);
        var health = JsonNode.Parse((await server.GetAsync("/ready?verbose")).Body)!;
        Assert.True(health["ready"]!.GetValue<bool>());
        var check = Assert.Single(health["checks"]!.AsArray(), c => c!["state"]!.ToString() != "ok" && c["name"]!.ToString() != "locks")!;
        Assert.Equal(("cluster", "degraded", false), (check["name"]!.ToString(), check["state"]!.ToString(), check["required"]!.GetValue<bool>()));
        Assert.Contains("kinds can't be read, the oldest state is ", check["reason"]!.ToString(), StringComparison.Ordinal);
        Assert.All(health["kinds"]!.AsArray().Where(k => k!["served"]!.GetValue<bool>()), k => Assert.True(k!["error"]!.ToString().Length > 0 && k["ageSeconds"]!.GetValue<double>() >= 0, $"{k}"));
        Assert.Matches("controlplane_kubernetes_stale_seconds [0-9.]+\n", (await server.MonitoringAsync("/metrics")).Body);
        Assert.Contains("controlplane_health{check=\"cluster\"} 0\n", (await server.MonitoringAsync("/metrics")).Body, StringComparison.Ordinal);
        Assert.Contains("controlplane_kubernetes_stale{resource=\"/api/v1/services\"} 1\n", (await server.MonitoringAsync("/metrics")).Body, StringComparison.Ordinal);
        using (var newcomer = new ClusterClient(server.Server.Addresses.Xds))
            Assert.Equal("10.2.0.1", await newcomer.EndpointsAsync(ClusterYaml.Cluster("killed", "web")));
        await cluster.Server.RestartAsync();
        await cluster.Server.ApplyAsync(ClusterYaml.Slice("killed", "web", "10.2.0.9"));
        Assert.Equal("10.2.0.9", await client.NextEndpointsAsync());

        await UntilAsync(() => Source(server).Status.All(s => s.Error is null), () => Statuses(server));
        Assert.Equal("ok\n", (await server.GetAsync("/ready")).Body);
        Assert.Contains("controlplane_kubernetes_request_seconds_count{code=\"200\",resource=\"services\",verb=\"list\"}", (await server.MonitoringAsync("/metrics")).Body, StringComparison.Ordinal);
        Assert.All(Source(server).Status.Where(s => before.ContainsKey(s.Name)), s => Assert.InRange(s.Lists - before[s.Name], 0, 1));
    }

    [ApiServerFact]
    public async Task Crd_InstalledLateAndRemoved_BringsItsObjectsAndTakesThemAway()
    {
        const string crd = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: destinationrules.networking.istio.io}
            spec:
              group: networking.istio.io
              names: {kind: DestinationRule, listKind: DestinationRuleList, plural: destinationrules, singular: destinationrule}
              scope: Namespaced
              versions:
              - {name: v1beta1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
            """;
        await cluster.Server.ApplyAsync(ClusterYaml.Namespace("late") + ClusterYaml.Service("late", "web", "10.3.0.1"));
        await using var server = await StartAsync();
        Assert.Empty(Rules(server));

        await cluster.Server.ApplyAsync(crd);
        await cluster.Server.KubectlAsync("wait", "--for=condition=Established", "crd/destinationrules.networking.istio.io", "--timeout=120s");
        await cluster.Server.ApplyAsync("""
            apiVersion: networking.istio.io/v1beta1
            kind: DestinationRule
            metadata: {name: web, namespace: late}
            spec: {host: web}
            """);
        await UntilAsync(() => Rules(server).Count == 1, () => Statuses(server));
        await cluster.Server.KubectlAsync("delete", "crd", "destinationrules.networking.istio.io");
        await UntilAsync(() => Rules(server).Count == 0, () => Statuses(server));
    }

    [ApiServerFact]
    public async Task Token_RevokedThenExpiredThenRotated_IsReadAgainFromItsFile()
    {
        await cluster.Server.ApplyAsync(ClusterYaml.Namespace("tokens") + ClusterYaml.Reader("tokens", "reader") + ClusterYaml.Service("tokens", "web", "10.4.0.1"));
        var file = cluster.Server.PathOf("reader.token");
        await File.WriteAllTextAsync(file, await cluster.Server.SignTokenAsync("tokens", "reader", TimeSpan.FromHours(1)));
        await using var server = await StartAsync(cluster.Server.WriteConfig("reader.yaml", file));
        using var client = new ClusterClient(server.Server.Addresses.Xds);
        Assert.Equal("10.4.0.1", await client.EndpointsAsync(ClusterYaml.Cluster("tokens", "web")));

        // Revoked: the account is gone, and with it the right of its tokens. Watches that run go on, so the server is started anew.
        await cluster.Server.KubectlAsync("delete", "-n", "tokens", "serviceaccount", "reader");
        await cluster.Server.RestartAsync();
        await UntilAsync(() => Source(server).Status.Any(s => s.Error is { IsUnauthorized: true }), () => Statuses(server));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/ready")).Status);

        // A token that has expired when it is next shown.
        await cluster.Server.ApplyAsync(ClusterYaml.Reader("tokens", "reader"));
        await File.WriteAllTextAsync(file, await cluster.Server.SignTokenAsync("tokens", "reader", TimeSpan.FromSeconds(-60)));
        await cluster.Server.ApplyAsync(ClusterYaml.Slice("tokens", "web", "10.4.0.2"));
        await File.WriteAllTextAsync(file, await cluster.Server.SignTokenAsync("tokens", "reader", TimeSpan.FromHours(1)));
        Assert.Equal("10.4.0.2", await client.NextEndpointsAsync());
    }

    [ApiServerFact]
    public async Task Rights_OfTheManifests_AreEnoughToServeSignAndPublishTheRoot()
    {
        await cluster.Server.ApplyAsync(ClusterYaml.Namespace("istio-system") + ClusterYaml.Namespace("signed"));
        await cluster.Server.KubectlAsync("delete", "secret,configmap", "-n", "istio-system", "--all");
        await cluster.Server.KubectlAsync("apply", "-f", Repository.PathOf("deploy", "manifests", "service-account.yaml"), "-f", Repository.PathOf("deploy", "manifests", "rights.yaml"));
        await cluster.Server.KubectlAsync("create", "serviceaccount", "-n", "signed", "app");
        var file = cluster.Server.PathOf("istiod.token");
        await File.WriteAllTextAsync(file, await cluster.Server.SignTokenAsync("istio-system", "istiod", TimeSpan.FromHours(1)));
        await using var server = await StartAsync(cluster.Server.WriteConfig("istiod.yaml", file));
        await UntilAsync(() => RootOf("signed").Length > 0, () => "no root");
        var root = RootOf("signed");
        Assert.Contains("BEGIN CERTIFICATE", root, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await server.GetAsync("/ready"));

        // A second replica signs with the same root; a workload's token gets a certificate from it.
        await using var second = await StartAsync(cluster.Server.WriteConfig("istiod.yaml", file));
        var token = (await cluster.Server.KubectlAsync("create", "token", "-n", "signed", "app", "--audience", "istio-ca", "--duration", "10m")).Trim();
        using var certificate = await SecureServer.CertificateAsync(SecureServer.Channel(second.Server.Addresses.SecureXds, root), token);
        Assert.Contains("spiffe://cluster.local/ns/signed/sa/app", certificate.Extensions.OfType<System.Security.Cryptography.X509Certificates.X509SubjectAlternativeNameExtension>().Single().Format(false), StringComparison.Ordinal);
        await Assert.ThrowsAsync<global::Grpc.Core.RpcException>(() => SecureServer.CertificateAsync(SecureServer.Channel(second.Server.Addresses.SecureXds, root), token + "x"));

        string RootOf(string ns) => cluster.Server.KubectlAsync("get", "configmap", "-n", ns, "istio-ca-root-cert", "--ignore-not-found", "-o", "jsonpath={.data.root-cert\\.pem}").Result.Trim();
    }

    [ApiServerFact]
    public async Task ApiServerThatIsDownAtTheStart_IsWaitedForNotReady()
    {
        // No authority of another test: a new one is made when the server is back.
        await cluster.Server.KubectlAsync("delete", "secret,configmap", "-n", "istio-system", "--all", "--ignore-not-found");
        await cluster.Server.ApplyAsync(ClusterYaml.Namespace("istio-system"));
        await cluster.Server.KillAsync();
        await using var server = await RunningServer.StartAsync(waitReady: false, "--source", "kubernetes", "--kubeconfig", cluster.Server.AdminConfig);
        await UntilAsync(() => Source(server).Status.Any(s => s.Error is not null), () => Statuses(server));
        var (status, body) = await server.GetAsync("/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith("not ready: the first complete snapshot has not been read yet\nstale: ", body, StringComparison.Ordinal);
        await cluster.Server.RestartAsync();
        await server.Server.WaitReadyAsync(CancellationToken.None).WaitAsync(Patience);
        await UntilAsync(() => server.GetAsync("/ready").Result.Status == HttpStatusCode.OK, () => server.GetAsync("/ready").Result.Body);
    }

    [ApiServerFact]
    public async Task Authority_RolledByWayOfBoth_IsFollowed()
    {
        await cluster.Server.ApplyAsync(ClusterYaml.Namespace("rolled") + ClusterYaml.Service("rolled", "web", "10.5.0.1"));
        await using var server = await StartAsync();
        using var client = new ClusterClient(server.Server.Addresses.Xds);
        Assert.Equal("10.5.0.1", await client.EndpointsAsync(ClusterYaml.Cluster("rolled", "web")));
        foreach (var (keepOld, address) in new[] { (true, "10.5.0.2"), (false, "10.5.0.3") })
        {
            cluster.Server.RollAuthority(keepOld);
            await cluster.Server.RestartAsync();
            await cluster.Server.ApplyAsync(ClusterYaml.Slice("rolled", "web", address));
            Assert.Equal(address, await client.NextEndpointsAsync());
        }
    }

    private static KubernetesSource Source(RunningServer server) => (KubernetesSource)server.Server.Source;

    private static IReadOnlyList<Model.Objects.ConfigObject> Rules(RunningServer server) =>
        [.. server.Server.Engine.Snapshot.Table(Model.Snapshots.Tables.Config("DestinationRule")).All];

    private static string Statuses(RunningServer server) => string.Join('\n', Source(server).Status);

    private static async Task UntilAsync(Func<bool> condition, Func<string> describe)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, describe());
            await Task.Delay(20);
        }
    }

    private Task<RunningServer> StartAsync(string? kubeConfig = null) =>
        RunningServer.StartAsync("--source", "kubernetes", "--kubeconfig", kubeConfig ?? cluster.Server.AdminConfig, "--data-dir", cluster.Server.PathOf("identity"));
}
