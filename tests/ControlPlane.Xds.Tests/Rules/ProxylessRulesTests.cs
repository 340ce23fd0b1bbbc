using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;
using ControlPlane.Xds.Tests.Support;

namespace ControlPlane.Xds.Tests.Rules;

/// <summary>Types whose sets are computed from the names asked for, as for proxyless gRPC clients.</summary>
public sealed class ProxylessRulesTests
{
    public static TheoryData<XdsVariant> Variants => [XdsVariant.StateOfTheWorld, XdsVariant.Delta];

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task SetForOtherNames_WaitsUntilOneCoversWhatIsAsked(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        PublishFor(server, []);
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Listener, "web:80");
        await client.AssertQuietAsync();
        PublishFor(server, ["other:80"], "other:80");
        await client.AssertQuietAsync();
        PublishFor(server, ["other:80", "web:80"], "other:80", "web:80");
        Assert.Equal(["web:80"], (await client.AcceptAsync(XdsType.Listener)).Names);
        await client.AssertQuietAsync();
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task NameAdded_AnsweredWhenTheEngineHasIt(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        PublishFor(server, []);
        server.Hub.OnInterest = (_, type, interest) =>
        {
            if (type == XdsType.Listener)
                PublishFor(server, [.. interest.Names], [.. interest.Names]);
        };
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Listener, "web:80");
        var first = await client.AcceptAsync(XdsType.Listener);
        Assert.Equal(["web:80"], first.Names);
        await client.ChangeAsync(first, ["api:80"], []);
        Assert.Equal(variant == XdsVariant.Delta ? ["api:80"] : ["api:80", "web:80"], (await client.AcceptAsync(XdsType.Listener)).Names);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task NameThatDoesNotExist_IsToldAtOnce(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        PublishFor(server, ["ghost:80"]);
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Listener, "ghost:80");
        var response = await client.AcceptAsync(XdsType.Listener);
        Assert.Empty(response.Names);
        Assert.Equal(variant == XdsVariant.Delta ? ["ghost:80"] : [], response.Removed);
    }

    private static void PublishFor(XdsServer server, string[] asked, params string[] existing)
    {
        server.World.Replace(XdsType.Listener, ResourceSet.From(existing.Select(n => TestResource.Listener(n)), NameSet.From(asked)));
        server.Publish();
    }
}
