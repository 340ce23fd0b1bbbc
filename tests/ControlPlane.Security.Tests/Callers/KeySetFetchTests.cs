using System.Net;
using ControlPlane.Security.Callers;
using ControlPlane.Security.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Security.Tests.Callers;

/// <summary>S9, S19: where key sets of tokens are fetched from, and what is taken for one. The URI is the operator's own; users give none.</summary>
public sealed class KeySetFetchTests : IAsyncLifetime
{
    private const int TooBig = 2 * 1024 * 1024;

    private readonly TestTokens _tokens = new();
    private readonly ManualClock _clock = new();
    private readonly List<string> _asked = [];
    private WebApplication _app = null!;
    private Func<HttpContext, Task> _answer = null!;

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
            return context.Request.Path == "/keys" ? _answer(context) : context.Response.WriteAsync(_tokens.Jwks);
        });
        await _app.StartAsync();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task S9_S19_Redirect_IsNotFollowed()
    {
        _answer = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };

        Assert.False(await IsGoodAsync(Verifier()));
        Assert.Equal(["/keys"], _asked);
    }

    [Theory]
    [InlineData("big")]
    [InlineData("endless")]
    [InlineData("no keys")]
    [InlineData("html")]
    [InlineData("error")]
    public async Task S9_WhatIsNoKeySet_IsRefusedAtFirst_AndLaterLeavesTheKeysFromBefore(string kind)
    {
        var bad = Bad(kind);
        _answer = bad;
        var verifier = Verifier();
        Assert.False(await IsGoodAsync(verifier));

        _answer = context => context.Response.WriteAsync(_tokens.Jwks);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.True(await IsGoodAsync(verifier));

        _answer = bad;
        var before = _asked.Count;
        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.True(await IsGoodAsync(verifier));
        Assert.True(_asked.Count > before, "the keys were not fetched again");
    }

    private Func<HttpContext, Task> Bad(string kind) => kind switch
    {
        "big" => context => context.Response.WriteAsync(new string(' ', TooBig) + _tokens.Jwks),
        "endless" => async context =>
        {
            var chunk = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        },
        "no keys" => static context => context.Response.WriteAsync("""{"secret": "of somebody else's"}"""),
        "html" => static context => context.Response.WriteAsync("<html>please log in</html>"),
        _ => context =>
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return context.Response.WriteAsync(_tokens.Jwks);
        },
    };

    private async Task<bool> IsGoodAsync(JwtVerifier verifier) =>
        (await verifier.VerifyAsync(_tokens.Sign(TestTokens.Claims(_clock.GetUtcNow())), default)).Claims is not null;

    private JwtVerifier Verifier() =>
        JwtVerifiers.Of(new JwtRule(TestTokens.Issuer, [], "", _app.Urls.Single() + "/keys"), ["istio-ca"], null, _clock, NullLogger<JwtVerifier>.Instance);
}
