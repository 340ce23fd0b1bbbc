using System.Text.Json.Nodes;
using ControlPlane.Injection.Injecting;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Webhook;

/// <summary>Answers AdmissionReviews about pods, versions v1 and v1beta1 (k8s.io/api/admission).</summary>
/// <param name="injector">The injector of the moment.</param>
/// <param name="namespaceAnnotations">Annotations of a namespace by its name; null where they are not known.</param>
public sealed class AdmissionHandler(Func<Injector> injector, Func<string, IReadOnlyDictionary<string, string>?> namespaceAnnotations)
{
    private const string Kind = "AdmissionReview";
    private const int MaxMessage = 2000;
    private const int MaxWarning = 250;

    private static readonly string[] Versions = ["admission.k8s.io/v1", "admission.k8s.io/v1beta1"];

    /// <summary>Answers one review.</summary>
    /// <param name="body">The request's body, JSON.</param>
    /// <param name="path">The request's path, which may ask for environment.</param>
    public AdmissionReply Handle(ReadOnlySpan<byte> body, string path)
    {
        try
        {
            return JsonText.Parse(body) is JsonObject review ? Handle(review, path) : new(null, "the body is not a JSON object");
        }
        catch (FormatException fault)
        {
            return new(null, fault.Message);
        }
    }

    /// <summary>Answers one review.</summary>
    /// <param name="review">The AdmissionReview.</param>
    /// <param name="path">The request's path, which may ask for environment.</param>
    public AdmissionReply Handle(JsonObject review, string path)
    {
        ArgumentNullException.ThrowIfNull(review);
        var version = review.Text("apiVersion");
        if (review.Text("kind") != Kind || !Versions.Contains(version))
            return new(null, $"the body is not an {Kind} of {string.Join(" or ", Versions)}");
        var request = review.Object("request");
        if (request.Text("uid") is not { Length: > 0 } uid)
            return new(null, "request.uid is missing");
        if (request.Object("kind").Text("kind") is not (null or "Pod") || request.Text("operation") is not (null or "CREATE"))
            return new(Answer(version!, uid, null, null), null);
        if (request.Object("object") is not { } pod)
            return new(Answer(version!, uid, InjectionOutcome.Refused("request.object is not an object"), null), null, Outcome: InjectionOutcome.Refused("request.object is not an object"));
        return Inject(version!, uid, pod, request.Text("namespace") ?? "", path);
    }

    private AdmissionReply Inject(string version, string uid, JsonObject pod, string ns, string path)
    {
        var request = new InjectionRequest(pod)
        {
            Namespace = ns, Environment = InjectionPath.Environment(path), NamespaceAnnotations = namespaceAnnotations(ns),
        };
        var outcome = injector().Inject(request);
        var patch = outcome.Pod is null ? null : Injector.Patch(pod, outcome.Pod);
        if (patch is { Count: 0 })
            patch = null;
        return new(Answer(version, uid, outcome, patch), null, pod, Injector.NameOf(request), outcome, patch);
    }

    private static JsonObject Answer(string version, string uid, InjectionOutcome? outcome, JsonArray? patch)
    {
        var response = new JsonObject { ["uid"] = uid, ["allowed"] = outcome?.Error is null };
        if (outcome?.Error is { } error)
            response["status"] = new JsonObject { ["message"] = Cut(error, MaxMessage), ["code"] = 400 };
        if (outcome?.Warning is { } warning)
            response["warnings"] = JsonTree.Texts(Cut(warning, MaxWarning));
        if (outcome?.Decision is { } decision)
            response["auditAnnotations"] = new JsonObject { ["decision"] = decision.Explanation };
        if (patch is not null)
        {
            response["patchType"] = "JSONPatch";
            response["patch"] = Convert.ToBase64String(JsonText.WriteUtf8(patch));
        }

        return new JsonObject { ["apiVersion"] = version, ["kind"] = Kind, ["response"] = response };
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length] + "…";
}
