using System.Text.Json.Nodes;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Requests;
using ControlPlane.Kubernetes.Reflectors;

namespace ControlPlane.Kubernetes.Writers;

/// <summary>Keeps one webhook configuration, for one turn as leader.</summary>
internal sealed class WebhookConfigurationKeeper(
    ApiClient api, ObjectClient client, IWebhookConfigurations configurations, string name, WebhookConfigurationOptions options, TimeProvider time, Random random)
{
    private const string Version = "admissionregistration.k8s.io/v1";

    private readonly string _kind = $"{configurations.Kind}WebhookConfiguration";
    private readonly string _list = $"/apis/{Version}/{(configurations.Kind == WebhookKind.Mutating ? "mutating" : "validating")}webhookconfigurations";
    private readonly Backoff _backoff = new(options.Delays, time, random);
    private TaskCompletionSource _changed = New();
    private (JsonNode Asked, JsonNode? Answer)? _accepted;
    private string _fault = "";

    private string Path => $"{_list}/{name}";

    /// <summary>Compares, writes where that is needed, and waits until something has changed, until cancelled.</summary>
    /// <param name="mayWrite">Whether the lock is still held.</param>
    /// <param name="written">Called after each write.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Func<bool> mayWrite, Action written, CancellationToken cancellationToken)
    {
        configurations.Changed += Wake;
        try
        {
            while (true)
            {
                var changed = New();
                Volatile.Write(ref _changed, changed);
                var result = await EnsureAsync(mayWrite, written, cancellationToken).ConfigureAwait(false);
                var error = result.Error;
                if (error is null)
                    error = await WaitAsync(result.Value, changed.Task, cancellationToken).ConfigureAwait(false);
                Tell(error);
                await Task.Delay(error is null or { IsConflict: true } ? options.Pause : options.Pause + _backoff.Next(error.RetryAfter), time, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            configurations.Changed -= Wake;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Wake() => Volatile.Read(ref _changed).TrySetResult();

    /// <summary>Reads the object and writes it where it differs. Gives its version; "" where it is to be left alone for now.</summary>
    private async Task<ApiResult<string>> EnsureAsync(Func<bool> mayWrite, Action written, CancellationToken cancellationToken)
    {
        if (configurations.Wanted(name) is not { } wanted)
            return "";
        var current = await client.GetAsync(Path, ApiJson.Default.JsonObject, cancellationToken).ConfigureAwait(false);
        if (current.Error is { IsNotFound: false } error)
            return error;
        if (current.Error is null)
            wanted = wanted.Over(current.Value);
        if (current.Error is null && IsAsWanted(current.Value, wanted))
            return VersionOf(current.Value);
        if (!mayWrite())
            return "";
        var result = current.Error is null
            ? await client.UpdateAsync(Path, With(current.Value, wanted), ApiJson.Default.JsonObject, cancellationToken).ConfigureAwait(false)
            : await client.CreateAsync(_list, With(NewObject(), wanted), ApiJson.Default.JsonObject, cancellationToken).ConfigureAwait(false);
        if (result.Error is not null)
            return result.Error;
        // What the server makes of it counts as what was asked for: a field that a newer server fills in is no difference.
        _accepted = (wanted.Webhooks, result.Value["webhooks"]);
        written();
        options.Written?.Invoke(configurations.Kind, name);
        return VersionOf(result.Value);
    }

    /// <summary>Waits until the object has changed, something else is wanted of it, or the time has come to look again.</summary>
    private async Task<ApiStatus?> WaitAsync(string version, Task changed, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (version.Length == 0)
        {
            await Task.WhenAny(changed, Task.Delay(options.Recheck, time, stop.Token)).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            return null;
        }

        var query = new WatchQuery { ResourceVersion = version, Timeout = options.Recheck, FieldSelector = $"metadata.name={name}" };
        var watch = api.WatchAsync(_list, query, static change => change.Type == "BOOKMARK", stop.Token);
        await Task.WhenAny(watch, changed).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        try
        {
            // A version that is too old for a watch is no fault: the object is read again.
            return await watch.ConfigureAwait(false) is { IsExpired: false } error ? error : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private bool IsAsWanted(JsonObject current, WebhookConfiguration wanted)
    {
        var labels = current["metadata"]?["labels"] as JsonObject;
        if (wanted.Labels.Any(label => labels?[label.Key]?.ToString() != label.Value))
            return false;
        return JsonNode.DeepEquals(current["webhooks"], wanted.Webhooks)
            || (_accepted is { } accepted && JsonNode.DeepEquals(accepted.Asked, wanted.Webhooks) && JsonNode.DeepEquals(accepted.Answer, current["webhooks"]));
    }

    private JsonObject NewObject() => new()
    {
        ["apiVersion"] = Version, ["kind"] = _kind, ["metadata"] = new JsonObject { ["name"] = name },
    };

    private static JsonObject With(JsonObject current, WebhookConfiguration wanted)
    {
        var next = (JsonObject)current.DeepClone();
        var metadata = (JsonObject)next["metadata"]!;
        if (metadata["labels"] is not JsonObject labels)
            metadata["labels"] = labels = [];
        foreach (var (label, value) in wanted.Labels)
            labels[label] = value;
        next["webhooks"] = wanted.Webhooks.DeepClone();
        return next;
    }

    private static string VersionOf(JsonObject current) => current["metadata"]?["resourceVersion"]?.ToString() ?? "";

    private void Tell(ApiStatus? error)
    {
        // Another was faster: the next look finds out.
        if (error is { IsConflict: true })
            return;
        var fault = error?.ToString() ?? "";
        if (error is not null && fault != _fault)
            options.Failed?.Invoke(configurations.Kind, name, error);
        _fault = fault;
    }
}
