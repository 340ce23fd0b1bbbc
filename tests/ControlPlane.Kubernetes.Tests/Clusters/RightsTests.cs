using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Files.Yaml;
using ControlPlane.Kubernetes.Leases;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Kubernetes.Reviews;
using ControlPlane.Kubernetes.Tests.Files;
using ControlPlane.Kubernetes.Writers;
using ControlPlane.Kubernetes.Writers.Events;
using ControlPlane.Kubernetes.Writers.Statuses;
using ControlPlane.Testing;
using ControlPlane.Testing.Clusters;

namespace ControlPlane.Kubernetes.Tests.Clusters;

/// <summary>deploy/manifests: with exactly its rights everything works.</summary>
[Collection(ClusterCollection.Name)]
public sealed class RightsTests(ClusterFixture fixture) : IDisposable
{
    private const string Root = "istio-system";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly Meter _meter = new("rights");
    private readonly MeterListener _listener = new();
    private readonly HashSet<string> _used = [];

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public void Rights_ToReadKinds_AreThoseOfTheKindsThatAreRead()
    {
        var wanted = ResourceCatalog.All.SelectMany(a => new[] { $"list {a.Kind.Plural}.{a.Kind.Group}", $"watch {a.Kind.Plural}.{a.Kind.Group}" });
        var given = Rights().Where(r => r.Name.Length == 0 && r.Verb is "list" or "watch").Select(r => $"{r.Verb} {r.Resource}.{r.Group}");
        Assert.Equal(wanted.Order(StringComparer.Ordinal), given.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(Rights(), r => r.Verb == "*" || r.Resource == "*" || r.Group == "*");
    }

    [Fact]
    public void Rights_ToWriteStatuses_AreThoseOfTheKindsThatHaveOneAndTheLocks()
    {
        var wanted = ResourceCatalog.All
            .Where(a => a.Kind.Group.EndsWith(".istio.io", StringComparison.Ordinal) || (a.Kind.Group == "gateway.networking.k8s.io" && a.Kind.Kind is not ("ReferenceGrant" or "UDPRoute")))
            .SelectMany(a => new[] { $"get {a.Kind.Plural}/status.{a.Kind.Group}", $"update {a.Kind.Plural}/status.{a.Kind.Group}" })
            .Concat(new[] { ConfigStatusWriter.LockName, ObjectStatusWriter.LockName }.SelectMany(l => new[] { $"get leases.coordination.k8s.io {l}", $"update leases.coordination.k8s.io {l}" }));
        var given = Rights("config-status.example.yaml").Select(r => $"{r.Verb} {r.Resource}.{r.Group} {r.Name}".TrimEnd());
        Assert.Equal(wanted.Order(StringComparer.Ordinal), given.Order(StringComparer.Ordinal));
    }

    [ApiServerFact]
    public async Task Rights_OfTheManifests_AreEnoughForEverythingAndUsed()
    {
        await ApplyAsync();
        Listen();
        using var cluster = await ClusterAsync();
        var sink = new RecordingSink();
        var source = cluster.Source.RunAsync(sink, _stop.Token);
        var writer = Writer(cluster);
        var writing = writer.RunAsync(_stop.Token);
        await sink.Until(s => s.Synced.Times == 1, () => string.Join('\n', cluster.Source.Diagnostics));
        await UntilAsync(() => cluster.ReadConfigMapAsync(Root, RootCertificateWriter.ConfigMapName, RootCertificateWriter.DataKey, default).Result.Value == "PEM", () => $"{writer.Election.Error}");
        await UntilAsync(() => writer.Writes > 0 && cluster.Source.Status.All(s => !s.IsServed || s.Watches > 0), () => $"{writer.Election.Error}");
        Assert.Null((await cluster.Tokens.ReviewAsync("x", [], default)).Error);
        Assert.Null((await cluster.Access.MayAsync("nobody", [], new ResourceAccess("get", "", "pods"), default)).Error);
        await KeepSecretAsync(cluster);
        await KeepWebhooksAsync(cluster);
        await PostEventsAsync(cluster);
        Assert.Empty(cluster.Source.Diagnostics);
        await _stop.CancelAsync();
        await Task.WhenAll(source, writing);

        // Kinds that this server lacks can't be asked for; a lock that is made is not read before; what is there need not be created.
        var served = cluster.Source.Status.Where(s => s.IsServed).Select(s => s.Name.Split('/')[^1]).ToHashSet();
        string[] others = ["configmaps", "leases", "secrets", "events", "tokenreviews", "subjectaccessreviews", "mutatingwebhookconfigurations", "validatingwebhookconfigurations"];
        var given = Rights().Where(r => served.Contains(r.Resource) || others.Contains(r.Resource) || r is { Verb: "create", Resource: "gateways" }).Select(r => $"{r.Verb} {r.Resource}").ToHashSet();
        given.Remove("create configmaps"); // what server-side apply does within a patch
        lock (_used)
            Assert.Equal(given.Order(StringComparer.Ordinal), _used.Order(StringComparer.Ordinal));
    }

    [ApiServerFact]
    public async Task RightThatIsMissing_IsReportedByName()
    {
        await ApplyAsync();
        var role = JsonNode.Parse(await fixture.Server.KubectlAsync("get", "clusterrole", "istiod-istio-system", "-o", "json"))!;
        foreach (var rule in role["rules"]!.AsArray())
        {
            var resources = rule!["resources"]!.AsArray();
            if (resources.FirstOrDefault(r => r!.GetValue<string>() == "nodes") is { } nodes)
                resources.Remove(nodes);
        }

        await fixture.Server.ApplyAsync(role.ToJsonString());
        using var cluster = await ClusterAsync();
        // The server follows its own roles a little later.
        await UntilAsync(() => May("services") && !May("nodes"), () => "the roles are not in force");
        var source = cluster.Source.RunAsync(new RecordingSink(), _stop.Token);
        await UntilAsync(() => cluster.Source.Diagnostics.Count > 0, () => "no diagnostic");
        var fault = Assert.Single(cluster.Source.Diagnostics).ToString();
        Assert.Contains("User \"system:serviceaccount:istio-system:istiod\" cannot list resource \"nodes\"", fault, StringComparison.Ordinal);
        // Given back, it is taken up without a restart.
        await ApplyAsync();
        await UntilAsync(() => cluster.Source.Diagnostics.Count == 0, () => string.Join('\n', cluster.Source.Diagnostics));
        await _stop.CancelAsync();
        await source;

        bool May(string resource) => cluster.Access.MayIAsync(new ResourceAccess("list", "", resource), default).Result is { Error: null, Value: true };
    }

    [ApiServerFact]
    public async Task Manifests_OfDeploymentServiceAndAvailability_AreAccepted()
    {
        await NamespaceAsync();
        foreach (var file in new[] { "deployment.yaml", "service.yaml", "availability.yaml" })
        {
            // Server 1.20 has the PodDisruptionBudget under its older version only; the fields are the same.
            await fixture.Server.ApplyAsync((await File.ReadAllTextAsync(Manifest(file))).Replace("policy/v1\n", "policy/v1beta1\n", StringComparison.Ordinal));
        }

        var ports = await fixture.Server.KubectlAsync("get", "service", "-n", Root, "istiod", "-o", "jsonpath={range .spec.ports[*]}{.name}:{.port}:{.targetPort} {end}");
        Assert.Equal("grpc-xds:15010:15010 https-dns:15012:15012 https-webhook:443:15017 http-monitoring:15014:15014", ports.Trim());
    }

    private static string Manifest(string name) => Repository.PathOf("deploy", "manifests", name);

    private static IEnumerable<(string Verb, string Group, string Resource, string Name)> Rights(string file = "rights.yaml") =>
        from document in DocumentSplitter.Split(File.ReadAllText(Manifest(file)))
        let value = JsonNode.Parse(NodeWriter.Write(YamlReader.Read(document.Text, YamlLimits.Default)!).Span)!
        from rule in value["rules"]?.AsArray() ?? []
        from verb in rule["verbs"]!.AsArray()
        from resource in rule["resources"]!.AsArray()
        from name in rule["resourceNames"]?.AsArray().Select(n => n!.GetValue<string>()) ?? [""]
        select (verb.GetValue<string>(), rule["apiGroups"]![0]!.GetValue<string>(), resource.GetValue<string>(), name);

    private static async Task UntilAsync(Func<bool> condition, Func<string> describe)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, describe());
            await Task.Delay(50);
        }
    }

    private static RootCertificateWriter Writer(KubernetesCluster cluster) =>
        cluster.WriteRootCertificates(new Roots(), Lease(RootCertificateOptions.LockName), new RootCertificateOptions());

    private static LeaseOptions Lease(string name) => new()
    {
        Namespace = Root, Name = name, Identity = Guid.NewGuid().ToString(),
        LeaseDuration = TimeSpan.FromSeconds(4), RenewDeadline = TimeSpan.FromSeconds(2), RetryPeriod = TimeSpan.FromMilliseconds(200),
    };

    /// <summary>What the duty of the injection webhook does: makes the configuration, follows it, writes what differs and nothing else.</summary>
    private async Task KeepWebhooksAsync(KubernetesCluster cluster)
    {
        using var stop = new CancellationTokenSource();
        var webhooks = new Webhooks();
        var faults = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var options = new WebhookConfigurationOptions { Failed = (_, name, fault) => faults.Enqueue($"{name}: {fault}") };
        var writer = cluster.WriteWebhookConfigurations([webhooks, new Validators()], Lease(WebhookConfigurationOptions.LockName), options);
        var writing = writer.RunAsync(stop.Token);
        await UntilAsync(() => writer.Writes == 2 && Used("watch mutatingwebhookconfigurations") && Used("watch validatingwebhookconfigurations"), Faults);
        webhooks.Change("https://other.example/inject");
        await UntilAsync(() => writer.Writes == 3, Faults);
        // By another hand: a label that is not ours stays and is no reason to write, a timeout that differs is one.
        await fixture.Server.KubectlAsync("label", "mutatingwebhookconfiguration", Webhooks.Name, "other=x");
        await fixture.Server.KubectlAsync("patch", "mutatingwebhookconfiguration", Webhooks.Name, "--type=json", "-p", """[{"op":"replace","path":"/webhooks/0/timeoutSeconds","value":3}]""");
        await UntilAsync(() => writer.Writes == 4, Faults);
        Assert.Equal("https://other.example/inject 10 x", (await fixture.Server.KubectlAsync(
            "get", "mutatingwebhookconfiguration", Webhooks.Name, "-o", "jsonpath={.webhooks[0].clientConfig.url} {.webhooks[0].timeoutSeconds} {.metadata.labels.other}")).Trim());
        // A policy that was closed stays so, whatever else is put right.
        await fixture.Server.KubectlAsync("patch", "validatingwebhookconfiguration", Validators.Name, "--type=json", "-p", """
            [{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Fail"},{"op":"replace","path":"/webhooks/0/timeoutSeconds","value":3}]
            """);
        await UntilAsync(() => writer.Writes == 5, Faults);
        Assert.Equal("Fail 10", (await fixture.Server.KubectlAsync(
            "get", "validatingwebhookconfiguration", Validators.Name, "-o", "jsonpath={.webhooks[0].failurePolicy} {.webhooks[0].timeoutSeconds}")).Trim());
        Assert.Empty(faults);
        await stop.CancelAsync();
        await writing;
        await ProveRefusalAsync(cluster);

        string Faults() => $"{writer.Writes} writes, lock: {writer.Election.Error}, {string.Join('\n', faults)}";
    }

    /// <summary>What proves that the validating webhook is asked. Here there is no such kind, and so nothing to prove.</summary>
    private static Task ProveRefusalAsync(KubernetesCluster cluster) => cluster.ProbeRefusal(new RefusalProbeOptions
    {
        Namespace = Root, Labels = new Dictionary<string, string>(), Annotation = "test", Webhook = "rev.validation.istio.io",
    }).RunAsync(CancellationToken.None).WaitAsync(Patience);

    private static async Task PostEventsAsync(KubernetesCluster cluster)
    {
        using var stop = new CancellationTokenSource();
        var running = cluster.Events.RunAsync(stop.Token);
        var record = new EventRecord(new EventRegarding("v1", "ServiceAccount", Root, "istiod"), EventType.Normal, "Tested", "rights");
        Assert.True(cluster.Events.Post(record));
        await UntilAsync(() => cluster.Events.Created == 1, () => $"{cluster.Events.Failed} given up");
        Assert.True(cluster.Events.Post(record));
        await UntilAsync(() => cluster.Events.Repeated == 1, () => $"{cluster.Events.Failed} given up");
        await stop.CancelAsync();
        await running;
    }

    private bool Used(string right)
    {
        lock (_used)
            return _used.Contains(right);
    }

    /// <summary>What the keeper of the authority does.</summary>
    private static async Task KeepSecretAsync(KubernetesCluster cluster)
    {
        var secret = cluster.Secret(Root, "istio-ca-secret", "istio.io/ca-root");
        Assert.Null(Good(await secret.ReadAsync(default)));
        Assert.True(Good(await secret.CreateAsync(new Dictionary<string, string> { ["a"] = "1" }, default)));
        Assert.False(Good(await secret.CreateAsync(new Dictionary<string, string> { ["a"] = "1" }, default)));
        var read = Good(await secret.ReadAsync(default))!;
        Assert.True(Good(await secret.ReplaceAsync(read, new Dictionary<string, string> { ["a"] = "2" }, default)));
        Assert.False(Good(await secret.ReplaceAsync(read, new Dictionary<string, string> { ["a"] = "3" }, default)));
        Assert.Equal("2", Good(await secret.ReadAsync(default))!.Texts["a"]);
        Assert.Equal("PEM", Good(await cluster.ReadConfigMapAsync(Root, RootCertificateWriter.ConfigMapName, RootCertificateWriter.DataKey, default)));
    }

    private static T Good<T>(ApiResult<T> result)
    {
        Assert.Null(result.Error);
        return result.Value;
    }

    private async Task NamespaceAsync() => await fixture.Server.ApplyAsync("apiVersion: v1\nkind: Namespace\nmetadata: {name: istio-system}\n");

    private async Task ApplyAsync()
    {
        await NamespaceAsync();
        // Without a trace of other tests, the lock is created and the certificates are written.
        await fixture.Server.KubectlAsync("delete", "lease", "-n", Root, "--all");
        await fixture.Server.KubectlAsync("delete", "configmap", "-n", Root, RootCertificateWriter.ConfigMapName, "--ignore-not-found");
        await fixture.Server.KubectlAsync("delete", "secret", "-n", Root, "istio-ca-secret", "--ignore-not-found");
        await fixture.Server.KubectlAsync("delete", "mutatingwebhookconfiguration", Webhooks.Name, "--ignore-not-found");
        await fixture.Server.KubectlAsync("delete", "validatingwebhookconfiguration", Validators.Name, "--ignore-not-found");
        await fixture.Server.KubectlAsync("apply", "-f", Manifest("service-account.yaml"), "-f", Manifest("rights.yaml"));
    }

    private async Task<KubernetesCluster> ClusterAsync()
    {
        var token = fixture.Server.PathOf("istiod.token");
        await File.WriteAllTextAsync(token, await fixture.Server.SignTokenAsync(Root, "istiod", TimeSpan.FromHours(1)));
        var connection = KubeConfigReader.Read(fixture.Server.WriteConfig("istiod.yaml", token), "");
        return new KubernetesCluster(connection, new KubernetesOptions(), TimeProvider.System, Random.Shared, _meter);
    }

    private void Listen()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, _meter) && instrument.Name == "controlplane_kubernetes_request_seconds")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            var name = $"{tags[0].Value} {tags[1].Value}";
            lock (_used)
            {
                if (!name.EndsWith(' '))
                    _used.Add(name);
            }
        });
        _listener.Start();
    }

    private sealed class Webhooks : IWebhookConfigurations
    {
        public const string Name = "istio-sidecar-injector";

        private volatile string _url = "https://one.example/inject";

        public event Action? Changed;

        public WebhookKind Kind => WebhookKind.Mutating;

        public IReadOnlyList<string> Names => [Name];

        public void Change(string url)
        {
            _url = url;
            Changed?.Invoke();
        }

        // Only pods of a namespace that no test has, and failures let them pass: other tests go on.
        public WebhookConfiguration Wanted(string name) => new(new Dictionary<string, string> { ["app"] = "test" }, (JsonArray)JsonNode.Parse($$"""
            [{"name":"test.example.org","clientConfig":{"url":"{{_url}}"},"rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods"],"scope":"*"}],
              "failurePolicy":"Ignore","matchPolicy":"Equivalent","namespaceSelector":{"matchLabels":{"rights":"x"} },"objectSelector":{},"sideEffects":"None",
              "timeoutSeconds":10,"admissionReviewVersions":["v1"],"reinvocationPolicy":"Never"}]
            """)!);
    }

    private sealed class Validators : IWebhookConfigurations
    {
        public const string Name = "istiod-default-validator";

        public event Action? Changed
        {
            add { }
            remove { }
        }

        public WebhookKind Kind => WebhookKind.Validating;

        public IReadOnlyList<string> Names => [Name];

        // No object of any test.
        public WebhookConfiguration Wanted(string name) => new(new Dictionary<string, string> { ["app"] = "test" }, (JsonArray)JsonNode.Parse("""
            [{"name":"test.example.org","clientConfig":{"url":"https://one.example/validate"},"rules":[{"operations":["CREATE"],"apiGroups":["none.example"],"apiVersions":["*"],"resources":["*"],"scope":"*"}],
              "failurePolicy":"Ignore","matchPolicy":"Equivalent","namespaceSelector":{},"objectSelector":{},"sideEffects":"None","timeoutSeconds":10,"admissionReviewVersions":["v1"]}]
            """)!, StaysClosed: true);
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
