using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Traffic;

/// <summary>Where a request goes and what is done to it, as VirtualServices say.</summary>
[Collection(TrafficCollection.Name)]
public class RoutingTests(TrafficFixture fixture)
{
    [InterceptionFact]
    public async Task Split_NinetyToTen_LiesWithinThreeSigma()
    {
        const int Requests = 2000;
        const double Share = 0.1;
        var mesh = await fixture.MeshAsync();
        var sigma = Math.Sqrt(Requests * Share * (1 - Share));
        var counts = new List<int>();

        // One of 370 right samples lies outside; two in a row do once in 137,000 times.
        do
        {
            var replies = await mesh.SendManyAsync(Requests, "split");
            Assert.All(replies, reply => Assert.Equal(200, reply.Status));
            counts.Add(replies.Count(reply => reply.Pod == TrafficMesh.Web2.Pod));
        }
        while (Math.Abs(counts[^1] - (Requests * Share)) > 3 * sigma && counts.Count < 2);

        Assert.InRange(counts[^1], (Requests * Share) - (3 * sigma), (Requests * Share) + (3 * sigma));
    }

    [InterceptionTheory]
    [InlineData("/", "GET", "", "", "web-1", "/")]
    [InlineData("/", "GET", "x-user", "jason", "web-2", "/")]
    [InlineData("/", "GET", "x-user", "jasper", "web-1", "/")]
    [InlineData("/?version=v2", "GET", "", "", "web-2", "/?version=v2")]
    [InlineData("/", "PUT", "", "", "web-2", "/")]
    [InlineData("/", "PUT", "x-plain", "", "web-1", "/")]
    [InlineData("/old/page?q=1", "GET", "", "", "web-2", "/new/page?q=1")]
    [InlineData("/items/17", "GET", "", "", "web-2", "/item-17")]
    [InlineData("/items/none", "GET", "", "", "web-1", "/items/none")]
    public async Task Route_ByHeaderPathQueryAndMethod_ReachesItsSubsetUnderItsPath(string path, string method, string header, string value, string pod, string seen)
    {
        var mesh = await fixture.MeshAsync();

        var reply = await mesh.SendAsync("routes", path, new HttpMethod(method), header.Length == 0 ? [] : [(header, value)]);

        Assert.Equal((200, pod, seen), (reply.Status, reply.Pod, reply.Path));
    }

    [InterceptionFact]
    public async Task Rewrite_OfTheAuthority_IsWhatThePodSees()
    {
        var mesh = await fixture.MeshAsync();

        Assert.Equal("rewritten.example.com", (await mesh.SendAsync("routes", "/old/page")).Header("x-seen-host"));
    }

    [InterceptionFact]
    public async Task Headers_SetRemovedAndAdded_AreSeenAtBothSides()
    {
        var mesh = await fixture.MeshAsync();

        var reply = await mesh.SendAsync("routes", "/", null, ("x-added", "by-the-client"), ("x-removed", "yes"));

        Assert.Equal(("by-the-route", "", "by-the-route"), (reply.Header("x-seen-added"), reply.Header("x-seen-removed"), reply.Header("x-answered")));
    }

    [InterceptionFact]
    public async Task Redirect_AndDirectResponse_ComeFromTheProxy()
    {
        var mesh = await fixture.MeshAsync();

        var redirect = await mesh.SendAsync("routes", "/redirected");
        var direct = await mesh.SendAsync("routes", "/direct/x");

        Assert.Equal((302, "http://other.example.com/new", ""), (redirect.Status, redirect.Header("location"), redirect.Pod));
        Assert.Equal((203, "said by the proxy", ""), (direct.Status, direct.Body, direct.Pod));
    }

    [InterceptionFact]
    public async Task Mirror_GetsACopyOfEachRequest_AndAnswersNone()
    {
        const int Requests = 40;
        var mesh = await fixture.MeshAsync();
        var mark = Guid.NewGuid().ToString();

        var replies = await mesh.SendManyAsync(Requests, "mirror", "/", ("x-mark", mark));

        Assert.All(replies, reply => Assert.Equal((200, TrafficMesh.Web1.Pod), (reply.Status, reply.Pod)));
        // Nobody waits for the answers of copies.
        for (var attempt = 0; mesh.V2.HostsOf(mark).Count < Requests && attempt < 3000; attempt++)
            await Task.Delay(20);
        Assert.Equal(Requests, mesh.V2.HostsOf(mark).Count);
        Assert.All(mesh.V2.HostsOf(mark), host => Assert.Equal("mirror.shop:80", host));
        Assert.Equal(Requests, mesh.V1.HostsOf(mark).Count);
    }

    [InterceptionFact]
    public async Task Cors_AllowedOriginIsTold_AndOthersAreNot()
    {
        const string Allowed = "https://shop.example.com";
        var mesh = await fixture.MeshAsync();

        var preflight = await mesh.SendAsync("cors", "/", HttpMethod.Options, ("origin", Allowed), ("access-control-request-method", "PUT"));
        var simple = await mesh.SendAsync("cors", "/", null, ("origin", Allowed));
        var foreign = await mesh.SendAsync("cors", "/", null, ("origin", "https://other.example.com"));

        Assert.Equal((200, "", Allowed), (preflight.Status, preflight.Pod, preflight.Header("access-control-allow-origin")));
        Assert.Equal(("GET,PUT", "x-user", "3600"), (preflight.Header("access-control-allow-methods"), preflight.Header("access-control-allow-headers"), preflight.Header("access-control-max-age")));
        Assert.Equal((200, Allowed), (simple.Status, simple.Header("access-control-allow-origin")));
        Assert.Equal("", foreign.Header("access-control-allow-origin"));
    }
}
