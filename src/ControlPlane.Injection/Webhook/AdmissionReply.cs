using System.Text.Json.Nodes;
using ControlPlane.Injection.Injecting;

namespace ControlPlane.Injection.Webhook;

/// <summary>The answer to one AdmissionReview.</summary>
/// <param name="Review">The AdmissionReview that goes back; null where the request is none, and HTTP says so.</param>
/// <param name="Error">Why the request is no AdmissionReview; null where it is one.</param>
/// <param name="Pod">The pod as it came; null where there is none.</param>
/// <param name="PodName">Namespace and name of the pod, for logs.</param>
/// <param name="Outcome">What became of the pod; null where the request was not about one.</param>
/// <param name="Patch">The operations; null for none.</param>
public sealed record AdmissionReply(
    JsonObject? Review, string? Error, JsonObject? Pod = null, string PodName = "", InjectionOutcome? Outcome = null, JsonArray? Patch = null)
{
    /// <summary>The pod's namespace; "" where there is no pod.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Whether nothing will be stored.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>The pod as the API server has it after the patch.</summary>
    /// <exception cref="InvalidOperationException">There is no pod.</exception>
    public JsonObject PatchedPod => Patch is null
        ? Pod ?? throw new InvalidOperationException("the review holds no pod")
        : Patching.JsonPatchApplication.Apply(Pod!, Patch);
}
