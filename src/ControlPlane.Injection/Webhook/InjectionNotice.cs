using System.Text.Json.Nodes;
using ControlPlane.Injection.Decision;
using ControlPlane.Injection.Injecting;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Webhook;

/// <summary>
/// What a user is to find beside an object when a pod was refused, left alone although a webhook selects it, or injected with a warning. It
/// is about the pod's controller where there is one: the pod itself has no uid yet, mostly no name, and may never come to be.
/// </summary>
/// <param name="ApiVersion">apiVersion of the object.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name; of a pod that has none yet, the generateName.</param>
/// <param name="Uid">Its uid; "" where it has none yet.</param>
/// <param name="IsWarning">Whether someone should look at it.</param>
/// <param name="Reason">Why, in one word in CamelCase.</param>
/// <param name="Message">Why, for people.</param>
public sealed record InjectionNotice(string ApiVersion, string Kind, string Namespace, string Name, string Uid, bool IsWarning, string Reason, string Message)
{
    /// <summary>What there is to tell of an answer; null where nothing is, or nothing will be stored.</summary>
    public static InjectionNotice? Of(AdmissionReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        if (reply.Pod is not { } pod || reply.Outcome is not { } outcome || reply.IsDryRun || Text(outcome) is not { } text)
            return null;
        var metadata = pod.Object("metadata");
        var controller = metadata.List("ownerReferences").Objects().FirstOrDefault(reference => reference.IsTrue("controller"));
        var subject = controller is null ? Itself(metadata) : Named(controller, "", "");
        return subject.Name.Length == 0
            ? null
            : subject with { Namespace = reply.Namespace, IsWarning = text.IsWarning, Reason = text.Reason, Message = text.Message };
    }

    private static InjectionNotice Itself(JsonObject? metadata)
    {
        var itself = Named(metadata, "v1", "Pod");
        return itself.Name.Length > 0 ? itself : itself with { Name = metadata.Text("generateName") ?? "" };
    }

    private static InjectionNotice Named(JsonObject? from, string version, string kind) => new(
        from.Text("apiVersion") ?? version, from.Text("kind") ?? kind, "", from.Text("name") ?? "", from.Text("uid") ?? "", IsWarning: false, "", "");

    private static (bool IsWarning, string Reason, string Message)? Text(InjectionOutcome outcome) => outcome switch
    {
        { Error: { } error } => (true, "InjectionRefused", error),
        { Warning: { } warning } => (true, "InjectionWarning", warning),
        { Pod: null, Decision: { Reason: DecisionReason.HostNetwork or DecisionReason.PodRefuses or DecisionReason.NeverSelector } decision } =>
            (false, "InjectionSkipped", $"no sidecar is injected: {decision.Explanation}"),
        _ => null,
    };
}
