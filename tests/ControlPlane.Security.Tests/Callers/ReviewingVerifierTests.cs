using ControlPlane.Security.Callers;
using ControlPlane.Security.Tests.Support;

namespace ControlPlane.Security.Tests.Callers;

public sealed class ReviewingVerifierTests
{
    private static readonly TokenReviewStatus Good = new()
    {
        Authenticated = true, Username = "system:serviceaccount:shop:web", Groups = ["system:serviceaccounts", "system:authenticated"], Audiences = ["istio-ca"], PodName = "web-1",
    };

    private readonly ManualClock _clock = new();

    [Fact]
    public async Task T5_Review_OfAGoodToken_GivesItsServiceAccount_AndIsRememberedForTenSeconds()
    {
        var reviewer = new FakeReviewer(() => Task.FromResult(Good));
        using var verifier = new ReviewingVerifier(reviewer, ["istio-ca"], _clock);
        for (var i = 0; i < 3; i++)
        {
            var verdict = await verifier.VerifyAsync("t", default);
            Assert.Equal(("shop", "web", "web-1"), (verdict.Claims!.Namespace, verdict.Claims.ServiceAccount, verdict.Claims.PodName));
        }

        Assert.Equal(1, reviewer.Asked);
        Assert.Equal(DateTimeOffset.MaxValue, (await verifier.VerifyAsync("t", default)).Claims!.ExpiresAt);
        await verifier.VerifyAsync("u", default);
        Assert.Equal(2, reviewer.Asked);
        _clock.Advance(TimeSpan.FromSeconds(10));
        await verifier.VerifyAsync("t", default);
        Assert.Equal(3, reviewer.Asked);
    }

    public static TheoryData<TokenReviewStatus> Bad =>
    [
        Good with { Authenticated = false },
        Good with { Audiences = [] },
        Good with { Audiences = ["api"] },
        Good with { Groups = ["system:authenticated"] },
        Good with { Username = "system:serviceaccount:shop:web:x" },
        Good with { Username = "system:node:shop:web" },
        Good with { Username = "admin" },
    ];

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task T5_Review_ThatDoesNotProveAServiceAccountForUs_IsRefusedAndNotRemembered(TokenReviewStatus status)
    {
        var reviewer = new FakeReviewer(() => Task.FromResult(status));
        using var verifier = new ReviewingVerifier(reviewer, ["istio-ca"], _clock);

        Assert.Null((await verifier.VerifyAsync("t", default)).Claims);
        Assert.Null((await verifier.VerifyAsync("t", default)).Claims);
        Assert.Equal(2, reviewer.Asked);
    }

    [Fact]
    public async Task T4_Review_ThatHangs_EndsAfterItsDeadline()
    {
        using var verifier = new ReviewingVerifier(new FakeReviewer(() => new TaskCompletionSource<TokenReviewStatus>().Task), ["istio-ca"], _clock);
        var calls = Enumerable.Range(0, 40).Select(i => verifier.VerifyAsync($"t{i}", default).AsTask()).ToArray();
        _clock.Advance(ReviewingVerifier.Deadline);

        foreach (var verdict in await Task.WhenAll(calls).WaitAsync(TimeSpan.FromSeconds(60)))
            Assert.Contains("in time", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S22_Review_ThatFails_IsARefusalWithoutTheToken()
    {
        using var verifier = new ReviewingVerifier(new FakeReviewer(() => throw new HttpRequestException("no route")), ["istio-ca"], _clock);

        var verdict = await verifier.VerifyAsync("secret-token", default);
        Assert.Contains("no route", verdict.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-token", verdict.ToString(), StringComparison.Ordinal);
    }

    private sealed class FakeReviewer(Func<Task<TokenReviewStatus>> answer) : ITokenReviewer
    {
        private int _asked;

        public int Asked => _asked;

        public Task<TokenReviewStatus> ReviewAsync(string token, IReadOnlyList<string> audiences, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            return answer();
        }
    }
}
