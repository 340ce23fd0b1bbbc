using ControlPlane.Security.Callers;
using ControlPlane.Security.CertificateService;
using ControlPlane.Security.Identities;
using ControlPlane.Security.Tests.Support;
using Grpc.Core;
using Istio.V1.Auth;

namespace ControlPlane.Security.Tests.CertificateService;

/// <summary>T4: what one caller, and all together, may ask of the authority.</summary>
public sealed class IssuanceLimitTests
{
    [Fact]
    public async Task T4_OneCredential_BeyondItsBudget_IsResourceExhausted_AndAnotherOneIsNot()
    {
        await using var server = await CertificateServer.StartAsync(certificatesPerSecond: 0.2);
        using var key = Csrs.NewKey("P-256");
        var request = new IstioCertificateRequest { Csr = Csrs.Of(key).CreateSigningRequestPem(), ValidityDuration = 600 };
        var token = server.Token();
        RpcException? refusal = null;
        for (var i = 0; i < 1000 && refusal is null; i++)
        {
            try
            {
                await server.CreateAsync(request, token);
            }
            catch (RpcException fault)
            {
                refusal = fault;
            }
        }

        Assert.Equal(StatusCode.ResourceExhausted, refusal?.StatusCode);
        await server.CreateAsync(request, server.Token("shop", "api"));
    }

    [Fact]
    public void T4_Budget_IsSpentAtOnce_AndComesBackByTheSecond()
    {
        var clock = new ManualClock();
        var budget = new CredentialBudget(1, clock);
        var caller = new Caller(SpiffeId.Create("cluster.local", "shop", "web"), CallerProof.Token, "web-1", "u1", DateTimeOffset.MaxValue, "a");

        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(budget.TryTake(caller)));
        Assert.False(budget.TryTake(caller));
        Assert.True(budget.TryTake(caller with { CredentialId = "b" }));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => budget.TryTake(caller)));
    }

    [Fact]
    public async Task T4_Requests_BeyondTheQueue_AreTurnedAway_AndThoseInItGetTheirTurn()
    {
        using var limiter = new IssuanceLimiter(atOnce: 1, maxWaiting: 2);
        var signing = await limiter.EnterAsync(default);
        var waiting = new[] { limiter.EnterAsync(default).AsTask(), limiter.EnterAsync(default).AsTask() };

        Assert.Null(await limiter.EnterAsync(default));
        signing!.Dispose();
        var first = await await Task.WhenAny(waiting);
        Assert.NotNull(first);
        first.Dispose();
        Assert.All(await Task.WhenAll(waiting), Assert.NotNull);
    }
}
