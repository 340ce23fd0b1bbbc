using ControlPlane.Composition.Identity;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Security.Identities;
using Grpc.Core;

namespace ControlPlane.FeatureTests.Identity;

/// <summary>How many streams a proven proxy may have, and for how long the rights that one was opened with count.</summary>
public class StreamRightsTests
{
    private static readonly ProxyDescriptor Gateway = new() { Id = "router~10.1.0.1~gate-1.a~a.svc.cluster.local", Type = ProxyType.Router };

    [Fact]
    public async Task T3_Streams_OfOneProxy_AreBounded_AndAPlaceThatIsLeftIsFree()
    {
        await using var server = await SecureServer.StartAsync();
        var clusters = XdsType.Cluster.TypeUrl();
        var open = Enumerable.Range(0, StreamPlaces.MaxOfProxy).Select(_ => server.Connect(server.Token(), Node("web-1"))).ToList();
        foreach (var client in open)
            await client.AskAsync(clusters);

        using (var refused = server.Connect(server.Token(), Node("web-1")))
            Assert.Equal(StatusCode.ResourceExhausted, (await refused.RefusedAsync(clusters)).StatusCode);
        using (var other = server.Connect(server.Token(), Node("web-2")))
            await other.AskAsync(clusters);

        open[0].Dispose();
        for (var attempt = 0; ; attempt++)
        {
            using var next = server.Connect(server.Token(), Node("web-1"));
            try
            {
                await next.AskAsync(clusters);
                break;
            }
            catch (RpcException fault) when (fault.StatusCode == StatusCode.ResourceExhausted && attempt < 100)
            {
                // The server has not seen the end of the first yet.
            }
        }

        open.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task S18_SecretsOfANamespace_NeedTheRightOfTheServiceAccountThere_AsLongAsTheStreamIsOpen()
    {
        var may = new HashSet<string> { "a/gate", "b/other" };
        var asked = 0;
        using var rights = new SecretRights(TimeProvider.System, (identity, _) =>
        {
            asked++;
            return Task.FromResult<ApiResult<bool>>(may.Contains($"{identity.Namespace}/{identity.ServiceAccount}"));
        });
        var open = new Dictionary<string, SecretRight>();
        foreach (var space in new[] { "a", "b" })
        {
            foreach (var account in new[] { "gate", "other" })
                open[$"{space}/{account}"] = await rights.OpenAsync(Gateway, SpiffeId.Create("cluster.local", space, account), default);
        }

        Assert.All(open, o => Assert.Equal(may.Contains(o.Key) ? SecretAccess.Namespace : SecretAccess.Named, o.Value.Access));
        using (var second = await rights.OpenAsync(Gateway, SpiffeId.Create("cluster.local", "a", "gate"), default))
            Assert.Equal((SecretAccess.Namespace, 4), (second.Access, asked));

        // One right is taken away, one is given.
        may.Remove("a/gate");
        may.Add("b/gate");
        await rights.AskAgainAsync();
        Assert.All(open, o => Assert.Equal(o.Key is "a/gate" or "b/gate", o.Value.Changed.IsCancellationRequested));
        using (var again = await rights.OpenAsync(Gateway, SpiffeId.Create("cluster.local", "a", "gate"), default))
            Assert.Equal(SecretAccess.Named, again.Access);

        foreach (var right in open.Values)
            right.Dispose();
        asked = 0;
        await rights.AskAgainAsync();
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task S18_Cluster_ThatDoesNotAnswer_GivesNoRight_AndTakesNone()
    {
        ApiResult<bool> answer = ApiStatus.Transport("down");
        using var rights = new SecretRights(TimeProvider.System, (_, _) => Task.FromResult(answer));
        using var before = await rights.OpenAsync(Gateway, SpiffeId.Create("cluster.local", "a", "gate"), default);
        Assert.Equal(SecretAccess.Named, before.Access);

        answer = true;
        await rights.AskAgainAsync();
        Assert.True(before.Changed.IsCancellationRequested);
        using var after = await rights.OpenAsync(Gateway, SpiffeId.Create("cluster.local", "a", "gate"), default);
        answer = ApiStatus.Transport("down");
        await rights.AskAgainAsync();
        Assert.Equal((SecretAccess.Namespace, false), (after.Access, after.Changed.IsCancellationRequested));
    }

    private static string Node(string pod) => $$$"""
        {"id": "sidecar~10.1.0.11~{{{pod}}}.shop~shop.svc.cluster.local", "metadata": {"NAMESPACE": "shop", "SERVICE_ACCOUNT": "web"}}
        """;
}
