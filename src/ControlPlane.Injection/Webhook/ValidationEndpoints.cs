using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Injection.Webhook;

/// <summary>The validating webhook over HTTP: POST /validate and whatever is below it.</summary>
public static class ValidationEndpoints
{
    /// <summary>The path by which configurations name it.</summary>
    public const string Path = "/validate";

    /// <summary>Maps the endpoints. Bodies are bounded as those of <see cref="InjectionEndpoints"/>.</summary>
    /// <param name="endpoints">Where.</param>
    /// <param name="handler">What answers.</param>
    /// <param name="metrics">What counts.</param>
    /// <param name="logger">The log.</param>
    /// <returns>The endpoints, to be restricted to an address.</returns>
    public static IEndpointConventionBuilder MapValidation(
        this IEndpointRouteBuilder endpoints, ValidationHandler handler, ValidationMetrics metrics, ILogger logger) =>
        endpoints.MapMethods(Path + "/{**rest}", [HttpMethods.Post], context => AnswerAsync(context, handler, metrics, logger));

    private static async Task AnswerAsync(HttpContext context, ValidationHandler handler, ValidationMetrics metrics, ILogger logger)
    {
        ValidationReply? reply = null;
        try
        {
            if (await ReviewExchange.ReadAsync(context) is not { } body)
                return;
            reply = handler.Handle(body.Span);
            Log(logger, reply);
            await ReviewExchange.WriteAsync(context, reply.Review, reply.Reason);
        }
        finally
        {
            metrics.Count(reply, context.Response.StatusCode);
        }
    }

    private static void Log(ILogger logger, ValidationReply reply)
    {
        if (reply.Outcome == ValidationOutcome.NoReview)
            InjectionLog.BadReview(logger, reply.Reason);
        else if (reply.Outcome == ValidationOutcome.CheckFailed)
            InjectionLog.CheckFailed(logger, reply.Object, reply.Reason);
        else if (reply.Reason.Length > 0 && !reply.IsProof)
            InjectionLog.Invalid(logger, reply.Object, reply.IsDryRun ? " (dry run)" : "", reply.Reason);
        else if (reply.Outcome is ValidationOutcome.UnknownType or ValidationOutcome.UnsupportedOperation)
            InjectionLog.Unchecked(logger, reply.Object, reply.Outcome);
    }
}
