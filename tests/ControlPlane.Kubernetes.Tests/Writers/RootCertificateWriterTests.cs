using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Client.Requests;
using ControlPlane.Kubernetes.Leases;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Kubernetes.Tests.Files;
using ControlPlane.Kubernetes.Tests.Reflectors;
using ControlPlane.Kubernetes.Tests.Server;
using ControlPlane.Kubernetes.Writers;

namespace ControlPlane.Kubernetes.Tests.Writers;

public sealed class RootCertificateWriterTests : IAsyncLifetime
{
    private const string Maps = "/api/v1/configmaps";
    private const string Namespaces = "/api/v1/namespaces";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeApiServer _server = new();
    private readonly Roots _roots = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly KubernetesCluster _cluster;
    private readonly RootCertificateWriter _writer;
    private readonly List<Task> _running = [];

    public RootCertificateWriterTests()
    {
        _cluster = new KubernetesCluster(
            new ClusterConnection { Server = _server.Address },
            new KubernetesOptions
            {
                Reflectors = ReflectorHarness.Options, Client = new() { QueriesPerSecond = 100_000, Burst = 100_000 },
                Resilience = new() { Retries = 1, FirstDelay = TimeSpan.FromMilliseconds(1), MinimumThroughput = 1000 },
            },
            TimeProvider.System, Random.Shared);
        _writer = _cluster.WriteRootCertificates(
            _roots,
            new LeaseOptions { Namespace = "istio-system", Name = RootCertificateOptions.LockName, Identity = "a", RenewDeadline = TimeSpan.FromSeconds(5), RetryPeriod = TimeSpan.FromMilliseconds(50) },
            new RootCertificateOptions { Reflectors = ReflectorHarness.Options, Queue = new() { FirstDelay = TimeSpan.FromMilliseconds(5), MaxDelay = TimeSpan.FromMilliseconds(20) } });
        foreach (var name in new[] { "a", "b", "kube-system" })
            Namespace(name);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        await _server.DisposeAsync();
        _cluster.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Namespaces_AllButThoseOfTheSystem_HoldTheCertificatesAndAreFollowed()
    {
        Start();
        await Until(() => State() == "a=one b=one");
        Namespace("c");
        await Until(() => State() == "a=one b=one c=one");
        _roots.Pem = "two";
        await Until(() => State() == "a=two b=two c=two");
        _server.Delete(Maps, "b", RootCertificateWriter.ConfigMapName);
        await Until(() => State() == "a=two b=two c=two");
        _server.Put(Maps, """{"metadata":{"name":"istio-ca-root-cert","namespace":"a"},"data":{"root-cert.pem":"forged"}}""");
        await Until(() => State() == "a=two b=two c=two");
    }

    [Fact]
    public async Task Namespaces_ThatTheMeshDoesNotWatch_HoldNone()
    {
        Select("a");
        _server.Put(Namespaces, """{"metadata":{"name":"a","labels":{"mesh":"a"}}}""");
        _server.Put(Namespaces, """{"metadata":{"name":"b","labels":{"mesh":"b"}}}""");
        Start();
        await Until(() => Roots() == "a=one");
        Select("b");
        // What is there stays, as with istiod; nobody keeps it current.
        await Until(() => Roots() == "a=one b=one");
        _roots.Pem = "two";
        await Until(() => Roots() == "a=one b=two");

        void Select(string label) => _server.Put(
            Maps, $$"""{"metadata":{"name":"istio","namespace":"istio-system"},"data":{"mesh":"discoverySelectors:\n- matchLabels: {mesh: {{label}}}\n"} }""");
        string Roots() => string.Join(' ', State().Split(' ').Where(entry => !entry.EndsWith('=')));
    }

    [Fact]
    public async Task K29_NothingChanged_NothingIsWritten()
    {
        _server.Put(Maps, """{"metadata":{"name":"istio-ca-root-cert","namespace":"a"},"data":{"root-cert.pem":"one"}}""");
        Start();
        await Until(() => State() == "a=one b=one");
        Namespace("c");
        await Until(() => State() == "a=one b=one c=one");
        await Until(() => _writer.Writes == 2);
    }

    [Fact]
    public async Task K29_WriteThatFails_IsTriedAgainAndKeepsNoOtherWaiting()
    {
        var broken = true;
        _server.Script = async e =>
        {
            if (!broken || e.Method != "PATCH" || !e.Path.Contains("/namespaces/a/", StringComparison.Ordinal))
                return false;
            await e.FailAsync(409, "Conflict");
            return true;
        };
        Start();
        await Until(() => State() == "b=one");
        broken = false;
        await Until(() => State() == "a=one b=one");
    }

    [Fact]
    public async Task K33_NamespaceThatIsBeingDeleted_IsGivenUp()
    {
        _server.Terminating.Add("a");
        Start();
        await Until(() => State() == "b=one");
        Namespace("c");
        await Until(() => State() == "b=one c=one");
        Assert.Single(_server.Requests, r => r.StartsWith("/api/v1/namespaces/a/configmaps/", StringComparison.Ordinal));
    }

    [Fact]
    public void K32_WhatIsWritten_BearsNoFinalizer() =>
        Assert.DoesNotContain(typeof(ObjectHeader).GetProperties(), p => p.Name.Contains("inalizer", StringComparison.Ordinal));

    private void Namespace(string name) => _server.Put(Namespaces, $$$"""{"metadata":{"name":"{{{name}}}"}}""");

    private void Start()
    {
        _running.Add(Task.Run(() => _cluster.Source.RunAsync(new RecordingSink(), _stop.Token)));
        _running.Add(_writer.RunAsync(_stop.Token));
    }

    private string State() => string.Join(' ', _server.State(Maps, o => $"{o["metadata"]!["namespace"]}={o["data"]?["root-cert.pem"]}").Order(StringComparer.Ordinal));

    private async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, $"{State()}; {_writer.Election.Error}");
            await Task.Delay(5);
        }
    }

    private sealed class Roots : IRootCertificates
    {
        private string _pem = "one";

        public event Action? Changed;

        public string Pem
        {
            get => _pem;
            set
            {
                _pem = value;
                Changed?.Invoke();
            }
        }
    }
}
