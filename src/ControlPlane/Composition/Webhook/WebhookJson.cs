using System.Text.Json.Nodes;
using ControlPlane.Injection.Decision;

namespace ControlPlane.Composition.Webhook;

/// <summary>The parts that webhook configurations of both kinds have in common (admissionregistration.k8s.io/v1).</summary>
internal static class WebhookJson
{
    /// <summary>Kubernetes' own default; Istio's charts leave it.</summary>
    public const int TimeoutSeconds = 10;

    private const int ServicePort = 443;

    /// <summary>Where the API server finds the webhook.</summary>
    /// <param name="caBundle">By what it knows it, base64.</param>
    /// <param name="url">Its URL; "" for the Service.</param>
    /// <param name="service">Name and namespace of the control plane's Service, and the path there.</param>
    public static JsonObject ClientConfig(string caBundle, string url, (string Name, string Namespace, string Path) service)
    {
        var result = new JsonObject { ["caBundle"] = caBundle };
        if (url.Length > 0)
        {
            result["url"] = url;
            return result;
        }

        result["service"] = new JsonObject
        {
            ["name"] = service.Name, ["namespace"] = service.Namespace, ["path"] = service.Path, ["port"] = ServicePort,
        };
        return result;
    }

    /// <summary>A label selector.</summary>
    public static JsonObject Selector(LabelSelector selector) => new()
    {
        ["matchExpressions"] = new JsonArray([.. selector.Requirements.Select(Requirement)]),
    };

    /// <summary>A list of texts.</summary>
    public static JsonArray Texts(params IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static JsonObject Requirement(SelectorRequirement requirement)
    {
        var result = new JsonObject { ["key"] = requirement.Key, ["operator"] = requirement.Operator.ToString() };
        if (requirement.Values.Count > 0)
            result["values"] = Texts(requirement.Values);
        return result;
    }
}
