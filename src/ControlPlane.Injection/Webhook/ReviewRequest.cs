using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Webhook;

/// <summary>What an AdmissionReview asks, versions v1 and v1beta1 (k8s.io/api/admission).</summary>
/// <param name="Version">apiVersion of the review, and of its answer.</param>
/// <param name="Uid">Ties the answer to the question.</param>
/// <param name="Content">The review's member request.</param>
internal sealed record ReviewRequest(string Version, string Uid, JsonObject Content)
{
    private const string Kind = "AdmissionReview";

    private static readonly string[] Versions = ["admission.k8s.io/v1", "admission.k8s.io/v1beta1"];

    /// <summary>Reads a review.</summary>
    /// <returns>The request, or why there is none.</returns>
    public static (ReviewRequest? Request, string? Error) Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonText.Parse(body) is JsonObject review ? Read(review) : (null, "the body is not a JSON object");
        }
        catch (FormatException fault)
        {
            return (null, fault.Message);
        }
    }

    /// <summary>Reads a review.</summary>
    /// <returns>The request, or why there is none.</returns>
    public static (ReviewRequest? Request, string? Error) Read(JsonObject review)
    {
        var version = review.Text("apiVersion");
        if (review.Text("kind") != Kind || !Versions.Contains(version))
            return (null, $"the body is not an {Kind} of {string.Join(" or ", Versions)}");
        return review.Object("request") is { } request && request.Text("uid") is { Length: > 0 } uid
            ? (new ReviewRequest(version!, uid, request), null)
            : (null, "request.uid is missing");
    }

    /// <summary>The review that goes back.</summary>
    /// <param name="allowed">Whether the object may be.</param>
    /// <returns>The review, and its member response for what else there is to say.</returns>
    public (JsonObject Review, JsonObject Response) Answer(bool allowed)
    {
        var response = new JsonObject { ["uid"] = Uid, ["allowed"] = allowed };
        return (new JsonObject { ["apiVersion"] = Version, ["kind"] = Kind, ["response"] = response }, response);
    }

    /// <summary>Text of a bounded length: the API server cuts what is longer, or drops it.</summary>
    public static string Cut(string text, int length) => text.Length <= length ? text : text[..length] + "…";
}
