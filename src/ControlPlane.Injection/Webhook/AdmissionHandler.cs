using System.Text.Json.Nodes;
using ControlPlane.Injection.Injecting;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Webhook;

/// <summary>Answers AdmissionReviews about pods, versions v1 and v1beta1 (k8s.io/api/admission).</summary>
/// <param name="injector">The injector of the moment.</param>
/// <param name="namespaceAnnotations">Annotations of a namespace by its name; null where they are not known.</param>
public sealed class AdmissionHandler(Func<Injector> injector, Func<string, IReadOnlyDictionary<string, string>?> namespaceAnnotations)
{
    private const int MaxMessage = 2000;
    private const int MaxWarning = 250;

    /// <summary>Answers one review.</summary>
    /// <param name="body">The request's body, JSON.</param>
    /// <param name="path">The request's path, which may ask for environment.</param>
    public AdmissionReply Handle(ReadOnlySpan<byte> body, string path) => Handle(ReviewRequest.Read(body), path);

    /// <summary>Answers one review.</summary>
    /// <param name="review">The AdmissionReview.</param>
    /// <param name="path">The request's path, which may ask for environment.</param>
    public AdmissionReply Handle(JsonObject review, string path)
    {
        ArgumentNullException.ThrowIfNull(review);
        return Handle(ReviewRequest.Read(review), path);
    }

    private AdmissionReply Handle((ReviewRequest? Request, string? Error) read, string path)
    {
        if (read.Request is not { } request)
            return new(null, read.Error);
        var content = request.Content;
        if (content.Object("kind").Text("kind") is not (null or "Pod") || content.Text("operation") is not (null or "CREATE"))
            return new(Answer(request, null, null), null);
        if (content.Object("object") is { } pod)
            return Inject(request, pod, content.Text("namespace") ?? "", path);
        var refusal = InjectionOutcome.Refused("request.object is not an object");
        return new(Answer(request, refusal, null), null, Outcome: refusal);
    }

    private AdmissionReply Inject(ReviewRequest review, JsonObject pod, string ns, string path)
    {
        var request = new InjectionRequest(pod)
        {
            Namespace = ns, Environment = InjectionPath.Environment(path), NamespaceAnnotations = namespaceAnnotations(ns),
        };
        var outcome = injector().Inject(request);
        var patch = outcome.Pod is null ? null : Injector.Patch(pod, outcome.Pod);
        if (patch is { Count: 0 })
            patch = null;
        return new(Answer(review, outcome, patch), null, pod, Injector.NameOf(request), outcome, patch)
        {
            Namespace = pod.Object("metadata").Text("namespace") is { Length: > 0 } own ? own : ns, IsDryRun = review.Content.IsTrue("dryRun"),
        };
    }

    private static JsonObject Answer(ReviewRequest request, InjectionOutcome? outcome, JsonArray? patch)
    {
        var (review, response) = request.Answer(outcome?.Error is null);
        if (outcome?.Error is { } error)
            response["status"] = new JsonObject { ["message"] = ReviewRequest.Cut(error, MaxMessage), ["code"] = 400 };
        if (outcome?.Warning is { } warning)
            response["warnings"] = JsonTree.Texts(ReviewRequest.Cut(warning, MaxWarning));
        if (outcome?.Decision is { } decision)
            response["auditAnnotations"] = new JsonObject { ["decision"] = decision.Explanation };
        if (patch is not null)
        {
            response["patchType"] = "JSONPatch";
            response["patch"] = Convert.ToBase64String(JsonText.WriteUtf8(patch));
        }

        return review;
    }
}
