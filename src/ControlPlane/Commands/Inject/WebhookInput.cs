using System.Text.Json.Nodes;
using ControlPlane.Commands.Translate;
using ControlPlane.Injection.Decision;
using ControlPlane.Injection.Injecting;
using ControlPlane.Injection.Webhook;

namespace ControlPlane.Commands.Inject;

/// <summary>Answers an AdmissionReview from a file as the webhook would.</summary>
internal sealed class WebhookInput(InjectRequest request, Injector injector, TextWriter error)
{
    /// <summary>The pod after the patch; as it came where it is left alone.</summary>
    /// <exception cref="InputException">The input is no review of a pod, or the pod is refused.</exception>
    public string Inject()
    {
        var review = InputFiles.Objects(request.Input).FirstOrDefault() ?? throw new InputException($"{request.Input}: an AdmissionReview is expected");
        if (review["request"]?["object"] is not JsonObject pod)
            throw new InputException($"{request.Input}: request.object is not an object");
        var ns = request.NamespaceFile is null ? null : InputFiles.Objects(request.NamespaceFile).FirstOrDefault();
        if (ns is not null && !IsAsked(ns, pod))
            return YamlWriter.Write(pod);
        var annotations = ns is null ? null : Texts(ns, "annotations");
        var reply = new AdmissionHandler(() => injector, _ => annotations).Handle(review, injector.Settings.Values.InjectionPath);
        if ((reply.Error ?? reply.Outcome?.Error) is { } refusal)
            throw new InputException($"{request.Input}: {refusal}");
        if (reply.Outcome?.Warning is { } warning)
            error.WriteLine($"controlplane: {warning}");
        if (request.Explain && reply.Outcome?.Decision is { } decision)
            error.WriteLine($"controlplane: pod {reply.PodName} is {(decision.Inject ? "injected" : "left alone")}: {decision.Explanation}");
        return YamlWriter.Write(reply.Pod is null ? pod : reply.PatchedPod);
    }

    private bool IsAsked(JsonObject ns, JsonObject pod)
    {
        var name = ns["metadata"]?["name"]?.ToString() ?? "";
        var entry = WebhookSelectors.Match(injector.Settings.Values.Scope, name, Texts(ns, "labels"), Texts(pod, "labels"));
        if (request.Explain)
        {
            error.WriteLine(entry is null
                ? $"controlplane: the pod is left alone: no webhook's selectors match it in namespace {name}"
                : $"controlplane: the webhook {entry.Name} of {entry.Configuration} matches");
        }

        return entry is not null;
    }

    private static Dictionary<string, string> Texts(JsonObject manifest, string field) =>
        ((manifest["metadata"] as JsonObject)?[field] as JsonObject ?? []).ToDictionary(entry => entry.Key, entry => entry.Value?.ToString() ?? "");
}
