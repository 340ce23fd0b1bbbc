using ControlPlane.Security.Identities;

namespace ControlPlane.Security.Tests.Identities;

public sealed class SpiffeIdTests
{
    [Theory]
    [InlineData("spiffe://cluster.local/ns/shop/sa/web")]
    [InlineData("spiffe://td_1.example-2/ns/a/sa/system.web-1")]
    public void Identity_WellFormed_IsReadAndWrittenBack(string text)
    {
        Assert.True(SpiffeId.TryParse(text, out var id));
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("spiffe://")]
    [InlineData("SPIFFE://cluster.local/ns/shop/sa/web")]
    [InlineData("spiffe://cluster.local/ns/shop/sa/")]
    [InlineData("spiffe://cluster.local/ns//sa/web")]
    [InlineData("spiffe:///ns/shop/sa/web")]
    [InlineData("spiffe://cluster.local/ns/shop/sa/web/")]
    [InlineData("spiffe://cluster.local/ns/shop/sa/web?x")]
    [InlineData("spiffe://cluster.local/ns/shop/sa/web,spiffe://cluster.local/ns/root/sa/web")]
    [InlineData("spiffe://cluster.local/ns/shop/sa/web\n")]
    [InlineData("spiffe://cluster.local/ns/sh.op/sa/web")]
    [InlineData("spiffe://cluster.local/ns/Shop/sa/web")]
    [InlineData("spiffe://cluster.local:80/ns/shop/sa/web")]
    [InlineData("spiffe://cluster.local/ns/shop/sa/w\uFFFDb")]
    [InlineData("spiffe://cluster.local/ns/shop/sa/we..b")]
    public void T6_Identity_Malformed_IsNone(string? text) => Assert.False(SpiffeId.TryParse(text, out _));

    [Theory]
    [InlineData("cluster.local,x", "shop", "web")]
    [InlineData("cluster.local", "shop/sa/admin", "web")]
    [InlineData("cluster.local", "shop", "web\u202E")]
    public void T6_Identity_OfPartsThatAreNoNames_IsRefused(string trustDomain, string space, string account) =>
        Assert.Throws<ArgumentException>(() => SpiffeId.Create(trustDomain, space, account));
}
