using System.Collections.Concurrent;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Engine;

namespace ControlPlane.Pipeline.Tests.Engine;

public sealed class ObjectReportsTests : IDisposable
{
    private readonly ConcurrentQueue<(string Kind, ObjectKey Key, string[] Codes)> _heard = new();
    private readonly MeshEngine _engine;

    public ObjectReportsTests()
    {
        _engine = new MeshEngine(TimeProvider.System, new Listening(_heard), static _ => []);
        _engine.MarkSynced();
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task RefusedObject_IsReportedOnce_AndAgainWhenMended()
    {
        await ApplyAsync("VirtualService", """{"hosts":["a"],"http":[{"route":[{"destination":{"host":"a"},"weight":-1}]}]}""");
        Assert.Equal(("VirtualService", new ObjectKey("shop", "o"), "CP0103"), Next());

        await ApplyAsync("VirtualService", """{"hosts":["b"],"http":[{"route":[{"destination":{"host":"a"},"weight":-1}]}]}""");
        Assert.Empty(_heard);

        await ApplyAsync("VirtualService", """{"hosts":["b"],"http":[{"route":[{"destination":{"host":"a"}}]}]}""");
        Assert.Equal(("VirtualService", new ObjectKey("shop", "o"), ""), Next());
    }

    [Theory]
    [InlineData("AuthorizationPolicy", "{}")]
    [InlineData("EnvoyFilter", "{}")]
    [InlineData("gateway.networking.k8s.io/HTTPRoute", "{}")]
    public async Task ObjectOfAKindThatNothingReads_IsReported(string kind, string spec)
    {
        await ApplyAsync(kind, spec);

        Assert.Equal((kind, new ObjectKey("shop", "o"), "CP0105"), Next());
    }

    [Fact]
    public async Task ObjectThatGoes_IsNoLongerWrong()
    {
        await ApplyAsync("EnvoyFilter", "{}");
        Next();

        _engine.Apply([new ModelChange.Delete(Tables.Config("EnvoyFilter"), new ObjectKey("shop", "o"))]);
        await _engine.GetStatisticsAsync();

        Assert.Equal(("EnvoyFilter", new ObjectKey("shop", "o"), ""), Next());
    }

    private async Task ApplyAsync(string kind, string spec)
    {
        _engine.Apply([ModelChange.Upsert.Of(Tables.Config(kind), new ConfigObject { ApiVersion = "v1", Kind = kind, Meta = new ObjectMeta { Namespace = "shop", Name = "o" }, SpecJson = spec })]);
        await _engine.GetStatisticsAsync();
    }

    private (string, ObjectKey, string) Next() =>
        _heard.TryDequeue(out var heard) ? (heard.Kind, heard.Key, string.Join(' ', heard.Codes)) : throw new InvalidOperationException("nothing was reported");

    private sealed class Listening(ConcurrentQueue<(string, ObjectKey, string[])> heard) : IEngineObserver
    {
        public void OnApplied(MeshSnapshot snapshot, ChangeSet changes, TimeSpan elapsed, int notified)
        {
        }

        public void OnRejected(ResourceRejectedException rejection)
        {
        }

        public void OnFault(string what, Exception exception) => heard.Enqueue((what, default, [exception.Message]));

        public void OnDiagnostics(string kind, ObjectKey key, IReadOnlyCollection<Diagnostic> diagnostics) =>
            heard.Enqueue((kind, key, [.. diagnostics.Select(d => d.Code)]));

        public void OnDanglingReference(XdsType type, string resource, string missing)
        {
        }
    }
}
