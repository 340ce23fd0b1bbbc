using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Model.Diagnostics;

namespace ControlPlane.Injection.Webhook;

/// <summary>
/// Answers AdmissionReviews about configuration: refuses what the readers of the kinds refuse, with their reasons, and warns of what has
/// no effect. What it does not know it allows: neither a new kind nor a fault of its own may freeze the configuration of a cluster.
/// </summary>
/// <param name="check">
/// What is wrong with an object (JSON in UTF-8): errors refuse it. Null for a kind that is not checked.
/// </param>
public sealed class ValidationHandler(Func<ReadOnlyMemory<byte>, IReadOnlyCollection<Diagnostic>?> check)
{
    /// <summary>An object with this annotation is always refused, as by istiod: so a control plane proves that it is asked.</summary>
    public const string AlwaysRefused = "internal.istio.io/webhook-always-reject";

    private const int MaxMessage = 4000;

    // The API server drops warnings that make more than 4096 characters together, and cuts each at 256.
    private const int MaxWarning = 250;
    private const int MaxWarnings = 15;

    /// <summary>Answers one review.</summary>
    /// <param name="body">The request's body, JSON.</param>
    public ValidationReply Handle(ReadOnlySpan<byte> body)
    {
        var (request, error) = ReviewRequest.Read(body);
        if (request is null)
            return new(null, ValidationOutcome.NoReview, error!);
        var content = request.Content;
        var reply = content.Text("operation") is not ("CREATE" or "UPDATE")
            ? Allow(request, ValidationOutcome.UnsupportedOperation, [])
            : content.Object("object") is { } value
                ? Check(request, value)
                : Refuse(request, ValidationOutcome.DecodeError, "request.object is not an object");
        var resource = content.Object("resource");
        return reply with
        {
            Resource = (resource.Text("group") ?? "", resource.Text("version") ?? "", resource.Text("resource") ?? ""),
            Object = $"{content.Object("kind").Text("kind")} {content.Text("namespace")}/{content.Text("name") ?? content.Object("object").Object("metadata").Text("name")}",
            IsDryRun = content.IsTrue("dryRun"),
        };
    }

    private ValidationReply Check(ReviewRequest request, JsonObject value)
    {
        var metadata = value.Object("metadata");
        if (metadata.Object("annotations")?.ContainsKey(AlwaysRefused) == true)
            return Refuse(request, ValidationOutcome.InvalidResource, $"annotation {AlwaysRefused} asks for it") with { IsProof = true };

        // Nothing but finalizers can change any more, and whoever takes them off must not be kept from it.
        if (metadata.Text("deletionTimestamp") is { Length: > 0 })
            return Allow(request, ValidationOutcome.Passed, []);
        Complete(request, value);
        IReadOnlyCollection<Diagnostic>? findings;
        try
        {
            findings = check(JsonText.WriteUtf8(value));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return Allow(request, ValidationOutcome.CheckFailed, ["the control plane could not check this object"]) with { Reason = fault.ToString() };
        }

        if (findings is null)
            return Allow(request, ValidationOutcome.UnknownType, []);
        var errors = findings.Where(finding => finding.Severity == Severity.Error).ToList();
        return errors.Count == 0
            ? Allow(request, ValidationOutcome.Passed, findings.Select(Text))
            : Refuse(request, ValidationOutcome.InvalidResource, string.Join("; ", errors.Select(Text)));
    }

    /// <summary>An object may come without what the server adds to it.</summary>
    private static void Complete(ReviewRequest request, JsonObject value)
    {
        var metadata = value.ObjectOrNew("metadata");
        if (metadata.Text("namespace") is null or "" && request.Content.Text("namespace") is { Length: > 0 } ns)
            metadata["namespace"] = ns;
        if (metadata.Text("name") is not (null or ""))
            return;
        var prefix = metadata.Text("generateName")?.TrimEnd('-', '.') ?? "";
        metadata["name"] = request.Content.Text("name") is { Length: > 0 } name ? name : prefix;
    }

    private static string Text(Diagnostic finding) =>
        finding.Field.Length == 0 ? $"{finding.Message} ({finding.Code})" : $"{finding.Field}: {finding.Message} ({finding.Code})";

    private static ValidationReply Allow(ReviewRequest request, ValidationOutcome outcome, IEnumerable<string> warnings)
    {
        var (review, response) = request.Answer(true);
        var texts = warnings.ToList();
        if (texts.Count > MaxWarnings)
            texts = [.. texts.Take(MaxWarnings - 1), $"and {texts.Count - MaxWarnings + 1} more"];
        if (texts.Count > 0)
            response["warnings"] = JsonTree.Texts(texts.Select(text => ReviewRequest.Cut(text, MaxWarning)));
        return new(review, outcome);
    }

    private static ValidationReply Refuse(ReviewRequest request, ValidationOutcome outcome, string reason)
    {
        var (review, response) = request.Answer(false);
        response["status"] = new JsonObject
        {
            ["message"] = ReviewRequest.Cut($"configuration is invalid: {reason}", MaxMessage), ["reason"] = "BadRequest", ["code"] = 400,
        };
        return new(review, outcome, reason);
    }
}
