using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace ControlPlane.Kubernetes.Client.Requests;

/// <summary>
/// Retries and the circuit breaker of single requests. Lists and watches have their own backoff, which knows whether a list is needed.
/// </summary>
internal sealed class ResiliencePolicy
{
    private static readonly ResiliencePropertyKey<bool> IsIdempotent = new("idempotent");

    private readonly ResiliencePipeline<ApiResult<ReadOnlyMemory<byte>>> _pipeline;

    public ResiliencePolicy(ResilienceOptions options, TimeProvider time) =>
        _pipeline = new ResiliencePipelineBuilder<ApiResult<ReadOnlyMemory<byte>>> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<ApiResult<ReadOnlyMemory<byte>>>
            {
                MaxRetryAttempts = options.Retries,
                Delay = options.FirstDelay,
                MaxDelay = options.MaxDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => ValueTask.FromResult(
                    IsTransient(arguments.Outcome.Result.Error, arguments.Context.Properties.GetValue(IsIdempotent, false))),
                // The server's own word wins; without one the delay is random and growing.
                DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result.Error?.RetryAfter),
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<ApiResult<ReadOnlyMemory<byte>>>
            {
                FailureRatio = options.FailureRatio,
                MinimumThroughput = options.MinimumThroughput,
                SamplingDuration = options.SamplingDuration,
                BreakDuration = options.BreakDuration,
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result.Error is { } error && (error.IsTransport || error.Code >= 500)),
            })
            .Build();

    /// <summary>Makes a request, and again where that may help.</summary>
    /// <param name="isIdempotent">Whether the request may be made twice although the first one may have been carried out.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ApiResult<ReadOnlyMemory<byte>>> RunAsync(
        bool isIdempotent, Func<CancellationToken, Task<ApiResult<ReadOnlyMemory<byte>>>> request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(IsIdempotent, isIdempotent);
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (c, state) => await state(c.CancellationToken).ConfigureAwait(false), context, request).ConfigureAwait(false);
        }
        catch (BrokenCircuitException)
        {
            return ApiStatus.Transport("not asked: the API server has failed too often just now");
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Whether the same request may succeed soon. A broken connection leaves open whether the server acted.</summary>
    private static bool IsTransient(ApiStatus? error, bool isIdempotent) => error switch
    {
        null => false,
        { IsTooManyRequests: true } => true,
        { IsTransport: true } => isIdempotent,
        { Code: 503 or 504 } => isIdempotent || error.RetryAfter is not null,
        { Code: >= 500 } => isIdempotent,
        _ => false,
    };
}
