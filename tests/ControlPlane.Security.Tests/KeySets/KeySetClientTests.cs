using System.Net;
using ControlPlane.Security.KeySets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Security.Tests.KeySets;

/// <summary>S9, S19: key sets that users name.</summary>
public sealed class KeySetClientTests : IAsyncLifetime
{
    private const string Keys = """{"keys":[]}""";

    private readonly List<string> _asked = [];
    private WebApplication _app = null!;
    private Func<HttpContext, Task> _answer = static context => context.Response.WriteAsync(Keys);

    private string Address => _app.Urls.First();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(context =>
        {
            lock (_asked)
                _asked.Add(context.Request.Path);
            return _answer(context);
        });
        await _app.StartAsync();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.9.9.9", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("64:ff9b::a9fe:a9fe", false)]
    [InlineData("2002:a9fe:a9fe::1", false)]
    [InlineData("::169.254.169.254", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("100.100.100.200", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("ff02::1", false)]
    [InlineData("10.96.0.1", true)]
    [InlineData("192.168.1.1", true)]
    [InlineData("8.8.8.8", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("fd12::1", true)]
    public void S9_Addresses_ThatUsersMayLeadTo(string address, bool expected) => Assert.Equal(expected, KeySetAddresses.MayAsk(IPAddress.Parse(address), allowLoopback: false));

    [Fact]
    public async Task S9_AddressThatMayNotBeAsked_IsNotDialled()
    {
        using var client = new KeySetClient(static address => KeySetAddresses.MayAsk(address, allowLoopback: false));

        await Assert.ThrowsAsync<KeySetException>(() => client.FetchAsync(At("/keys"), default));
        await Assert.ThrowsAsync<KeySetException>(() => client.FetchAsync(new KeySetLocation(Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), false, Long), default));
        Assert.Empty(_asked);
    }

    /// <summary>What a redirect leads to is looked at like what the user wrote.</summary>
    [Fact]
    public async Task S9_Redirect_ToAnAddressThatMayNotBeAsked_IsNotFollowed()
    {
        var others = 0;
        using var client = new KeySetClient(address => address.Equals(IPAddress.Loopback) || Interlocked.Increment(ref others) < 0);
        _answer = context =>
        {
            context.Response.Redirect("http://127.0.0.2:1/keys");
            return Task.CompletedTask;
        };

        var fault = await Assert.ThrowsAsync<KeySetException>(() => client.FetchAsync(At("/keys"), default));
        Assert.Contains("127.0.0.2", fault.Message, StringComparison.Ordinal);
        Assert.Equal(1, others);
    }

    [Theory]
    [InlineData("<html/>")]
    [InlineData("{}")]
    [InlineData("big")]
    public async Task S9_WhatIsNoKeySet_IsNotHandedOn(string body)
    {
        using var client = Client();
        _answer = context => context.Response.WriteAsync(body == "big" ? $$"""{"keys":[],"x":"{{new string('x', 2 * 1024 * 1024)}}"}""" : body);

        await Assert.ThrowsAsync<KeySetException>(() => client.FetchAsync(At("/keys"), default));
    }

    [Fact]
    public async Task Silence_EndsWithTheTimeout()
    {
        using var client = Client();
        _answer = static context => Task.Delay(Timeout.Infinite, context.RequestAborted);

        await Assert.ThrowsAsync<KeySetException>(() => client.FetchAsync(new KeySetLocation(Address + "/keys", false, TimeSpan.FromMilliseconds(100)), default));
    }

    [Fact]
    public async Task Issuer_IsAskedWhereItsKeysAre()
    {
        using var client = Client();
        _answer = context => context.Response.WriteAsync(context.Request.Path == "/keys" ? Keys : $$"""{"jwks_uri":"{{Address}}/keys"}""");

        Assert.Equal(Keys, await client.FetchAsync(new KeySetLocation(Address + "/", true, Long), default));
        Assert.Equal(["/.well-known/openid-configuration", "/keys"], _asked);
    }

    [Theory]
    [InlineData("""{"jwks_uri":"file:///etc/passwd"}""")]
    [InlineData("[]")]
    [InlineData("nothing")]
    public async Task S9_IssuerThatLeadsElsewhere_IsAFault(string discovery)
    {
        using var client = Client();
        _answer = context => context.Response.WriteAsync(discovery);

        await Assert.ThrowsAsync<KeySetException>(() => client.FetchAsync(new KeySetLocation(Address, true, Long), default));
    }

    private static TimeSpan Long => TimeSpan.FromSeconds(60);

    private static KeySetClient Client() => new(static address => KeySetAddresses.MayAsk(address, allowLoopback: true));

    private KeySetLocation At(string path) => new(Address + path, false, Long);
}
