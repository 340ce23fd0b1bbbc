using System.Net;
using ControlPlane.Model.Collections;

namespace ControlPlane.Kubernetes.Client;

/// <summary>Why a request to the API server failed: the server's Status object, or what stood in for it.</summary>
/// <param name="Code">HTTP status code; 0 where no answer came (connection refused, reset, timed out).</param>
/// <param name="Reason">The server's machine-readable reason, e.g. Expired; "" where it gave none.</param>
/// <param name="Message">For people.</param>
public sealed record ApiStatus(int Code, string Reason, string Message)
{
    /// <summary>Reason of a status that no server sent: there was no connection, or it broke.</summary>
    public const string TransportReason = "Transport";

    /// <summary>Reasons of the Status' details.causes.</summary>
    public EquatableArray<string> Causes { get; init; }

    /// <summary>How long the server asks to wait (Retry-After), null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether no answer came at all.</summary>
    public bool IsTransport => Code == 0;

    /// <summary>401: the credentials are not (or no longer) valid.</summary>
    public bool IsUnauthorized => Code == (int)HttpStatusCode.Unauthorized;

    /// <summary>403: a right is missing.</summary>
    public bool IsForbidden => Code == (int)HttpStatusCode.Forbidden;

    /// <summary>403: the namespace is being deleted and takes no more objects.</summary>
    public bool IsNamespaceTerminating =>
        IsForbidden && (Causes.Contains("NamespaceTerminating") || Message.Contains("because it is being terminated", StringComparison.Ordinal));

    /// <summary>404: no such object, or no such resource.</summary>
    public bool IsNotFound => Code == (int)HttpStatusCode.NotFound;

    /// <summary>409: the object changed meanwhile, or exists already.</summary>
    public bool IsConflict => Code == (int)HttpStatusCode.Conflict;

    /// <summary>410: the resource version or continue token is too old.</summary>
    public bool IsExpired => Code == (int)HttpStatusCode.Gone || Reason is "Expired" or "Gone";

    /// <summary>429: the server asks for patience.</summary>
    public bool IsTooManyRequests => Code == (int)HttpStatusCode.TooManyRequests;

    /// <summary>The server has not yet seen the resource version that was asked for (another replica was ahead).</summary>
    public bool IsResourceVersionTooLarge =>
        (Code == (int)HttpStatusCode.GatewayTimeout || Reason == "Timeout")
        && (Causes.Contains("ResourceVersionTooLarge") || Message.Contains("Too large resource version", StringComparison.Ordinal));

    /// <summary>A status for a request that got no answer.</summary>
    public static ApiStatus Transport(string message) => new(0, TransportReason, message);

    /// <summary><c>code reason: message</c>.</summary>
    public override string ToString() => Code == 0 ? Message : $"{Code} {Reason}: {Message}";
}
