using System.Text.Json.Nodes;

namespace ControlPlane.Injection.Webhook;

/// <summary>The answer of the validating webhook.</summary>
/// <param name="Review">The AdmissionReview that goes back; null where the request is none, and HTTP says so.</param>
/// <param name="Outcome">What became of the object.</param>
/// <param name="Reason">Why the object, or the request, is refused, or what is wrong with the check; "" where nothing is.</param>
public sealed record ValidationReply(JsonObject? Review, ValidationOutcome Outcome, string Reason = "")
{
    /// <summary>Group, version and resource of the object, "" each where they are not known.</summary>
    public (string Group, string Version, string Resource) Resource { get; init; } = ("", "", "");

    /// <summary>Kind, namespace and name of the object, for logs.</summary>
    public string Object { get; init; } = "";

    /// <summary>Whether nothing would be stored anyway.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Whether the object asks to be refused: the control plane's own proof that it is asked.</summary>
    public bool IsProof { get; init; }
}
