using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Traffic;

/// <summary>Faults that are wanted, and what hides, bounds or avoids those that are not.</summary>
[Collection(TrafficCollection.Name)]
public class FailureTests(TrafficFixture fixture)
{
    private static readonly string Web1 = TrafficMesh.Web1.Pod, Web2 = TrafficMesh.Web2.Pod;

    [InterceptionFact]
    public async Task Fault_AbortsAndDelays_WhereItIsAskedFor()
    {
        var mesh = await fixture.MeshAsync();

        var aborted = await mesh.SendAsync("faults", "/abort");
        var delayed = await mesh.SendAsync("faults", "/delay");
        var plain = await mesh.SendAsync("faults");

        Assert.Equal((418, ""), (aborted.Status, aborted.Pod));
        Assert.Equal(200, delayed.Status);
        Assert.True(delayed.Elapsed >= TimeSpan.FromMilliseconds(390), $"{delayed.Elapsed}");
        Assert.Equal(200, plain.Status);
    }

    [InterceptionFact]
    public async Task Retries_HideAFailingEndpoint_ThatIsSeenWithoutThem()
    {
        var mesh = await fixture.MeshAsync();

        var retried = await mesh.SendManyAsync(100, "retries", "/", ("x-fail", Web2));
        var once = await mesh.SendManyAsync(100, "retries", "/never", ("x-fail", Web2));

        Assert.All(retried, reply => Assert.Equal((200, Web1), (reply.Status, reply.Pod)));
        Assert.Contains(once, reply => reply.Status == 500 && reply.Pod == Web2);
    }

    [InterceptionFact]
    public async Task Timeout_EndsASlowRequest_AndNoOther()
    {
        var mesh = await fixture.MeshAsync();

        var slow = await mesh.SendAsync("slow", "/", null, ("x-wait", "50000"));
        var fast = await mesh.SendAsync("slow");

        Assert.Equal((504, ""), (slow.Status, slow.Pod));
        Assert.InRange(slow.Elapsed, TimeSpan.FromMilliseconds(290), TimeSpan.FromSeconds(45));
        Assert.Equal(200, fast.Status);
    }

    [InterceptionFact]
    public async Task Breaker_RefusesWhatOverflowsConnectionAndQueue()
    {
        var mesh = await fixture.MeshAsync();
        var before = await mesh.StatOfAsync("breaker", "upstream_rq_pending_overflow");
        var most = Math.Max(mesh.V1.MostActive, mesh.V2.MostActive);

        var replies = await mesh.SendManyAsync(8, "breaker", "/", ("x-wait", "1000"));

        var refused = replies.Where(reply => reply.Status == 503).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, reply => Assert.Equal("true", reply.Header("x-envoy-overloaded")));
        Assert.Contains(replies, reply => reply.Status == 200);
        Assert.All(replies.Except(refused), reply => Assert.Equal(200, reply.Status));
        Assert.Equal(refused.Count, await mesh.StatOfAsync("breaker", "upstream_rq_pending_overflow") - before);
        Assert.True(Math.Max(mesh.V1.MostActive, mesh.V2.MostActive) <= Math.Max(most, 1), "more than one request was at a pod at a time");
        Assert.Equal(200, (await mesh.SendAsync("breaker")).Status);
    }

    [InterceptionFact]
    public async Task OutlierDetection_EjectsAFailingEndpoint_AndTakesItBack()
    {
        var mesh = await fixture.MeshAsync();
        Assert.Equal(0, await mesh.StatOfAsync("outlier", "ejections_active"));

        await EjectAsync(mesh, "outlier", Web2);
        var meanwhile = await mesh.SendManyAsync(50, "outlier", "/", ("x-fail", Web2));

        Assert.All(meanwhile, reply => Assert.Equal((200, Web1), (reply.Status, reply.Pod)));
        await mesh.UntilAsync("outlier", reply => reply.Pod == Web2);
        Assert.Equal(0, await mesh.StatOfAsync("outlier", "ejections_active"));
    }

    [InterceptionFact]
    public async Task Locality_IsPreferred_LeftWhenItsEndpointsFailOrGo_AndReturnedTo()
    {
        var mesh = await fixture.MeshAsync();
        await ExpectOnlyAsync(mesh, Web1);

        await EjectAsync(mesh, "local", Web1);
        Assert.All(await mesh.SendManyAsync(50, "local", "/", ("x-fail", Web1)), reply => Assert.Equal((200, Web2), (reply.Status, reply.Pod)));
        await mesh.UntilAsync("local", reply => reply.Pod == Web1);
        await ExpectOnlyAsync(mesh, Web1);

        var (_, failures) = await mesh.UnderLoadAsync("local", async () =>
        {
            mesh.WriteEndpoints("local", TrafficMesh.Web2);
            await mesh.UntilAsync("local", reply => reply.Pod == Web2);
            await ExpectOnlyAsync(mesh, Web2);
            mesh.WriteEndpoints("local", TrafficMesh.Web1, TrafficMesh.Web2);
            await mesh.UntilAsync("local", reply => reply.Pod == Web1);
            await ExpectOnlyAsync(mesh, Web1);
        });
        Assert.True(failures.Count == 0, string.Join('\n', failures.Take(10)));
    }

    /// <summary>Lets a pod fail until the proxy ejects it.</summary>
    private static async Task EjectAsync(TrafficMesh mesh, string service, string pod)
    {
        for (var attempt = 0; await mesh.StatOfAsync(service, "ejections_active") == 0; attempt++)
        {
            Assert.True(attempt < 1200, $"{pod} is not ejected");
            await mesh.SendAsync(service, "/", null, ("x-fail", pod));
        }
    }

    private static async Task ExpectOnlyAsync(TrafficMesh mesh, string pod) =>
        Assert.All(await mesh.SendManyAsync(50, "local"), reply => Assert.Equal((200, pod), (reply.Status, reply.Pod)));
}
