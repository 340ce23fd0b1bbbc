using System.Text.Json.Nodes;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Requests;
using ControlPlane.Kubernetes.Reflectors;

namespace ControlPlane.Kubernetes.Writers;

/// <summary>
/// Proves that the API server reaches a validating webhook and heeds it: asks, as a dry run, for a Gateway that the webhook always refuses
/// (istiod's proof, pkg/webhooks/validation/controller). Before that, a webhook whose failures refuse objects could freeze all configuration.
/// </summary>
public sealed class RefusalProbe
{
    private const string Version = "networking.istio.io/v1";
    private const string NoDryRun = "does not support dry run";

    private readonly ObjectClient _client;
    private readonly RefusalProbeOptions _options;
    private readonly TimeProvider _time;
    private readonly Backoff _backoff;
    private string _reason = "";

    internal RefusalProbe(ObjectClient client, RefusalProbeOptions options, TimeProvider time, Random random)
    {
        (_client, _options, _time) = (client, options, time);
        _backoff = new Backoff(options.Delays, time, random);
    }

    /// <summary>Asks until the object is refused by the webhook, or the question can't be asked on this cluster; or cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var path = $"/apis/{Version}/namespaces/{_options.Namespace}/gateways";
            var result = await _client.DryRunAsync(path, Invalid(), ApiJson.Default.JsonObject, cancellationToken).ConfigureAwait(false);
            if (result.Error is { } error && Proves(error))
                return;
            Tell(result.Error is null ? "the API server took an invalid object without asking the webhook" : $"an invalid object was refused for another reason: {result.Error}");
            await Task.Delay(_backoff.Next(result.Error?.RetryAfter), _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Without the kind there is nothing to refuse; the server's router then answers in plain text, without a reason. And where another
    /// webhook forbids dry runs no answer will ever come.
    /// </summary>
    private bool Proves(ApiStatus error) =>
        error.Message.Contains($"\"{_options.Webhook}\" denied the request", StringComparison.Ordinal)
        || error is { IsNotFound: true, Reason: "" }
        || error.Message.Contains(NoDryRun, StringComparison.Ordinal);

    private JsonObject Invalid() => new()
    {
        ["apiVersion"] = Version,
        ["kind"] = "Gateway",
        ["metadata"] = new JsonObject
        {
            ["generateName"] = "invalid-gateway-",
            ["namespace"] = _options.Namespace,
            ["labels"] = new JsonObject(_options.Labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))),
            ["annotations"] = new JsonObject { [_options.Annotation] = "true" },
        },
        ["spec"] = new JsonObject(),
    };

    private void Tell(string reason)
    {
        if (reason != _reason)
            _options.NotYet?.Invoke(reason);
        _reason = reason;
    }
}
