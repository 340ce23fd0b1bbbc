using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ControlPlane.Kubernetes.Client.Requests;

/// <summary>Reads and writes single objects: the verbs beside list and watch. Thread-safe.</summary>
internal sealed class ObjectClient(ApiClient client, ResiliencePolicy policy)
{
    /// <summary>The name under which the server notes our fields.</summary>
    public const string FieldManager = "controlplane";

    private const string Json = "application/json";
    private const string JsonPatch = "application/json-patch+json";
    private const string MergePatch = "application/merge-patch+json";
    private const string ApplyPatch = "application/apply-patch+yaml"; // JSON is YAML

    /// <summary>Reads an object.</summary>
    public Task<ApiResult<T>> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, default, "", true, type, cancellationToken);

    /// <summary>Creates an object; the path is that of its list. It is not made again where it may have been carried out.</summary>
    public Task<ApiResult<T>> CreateAsync<T>(string path, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, WithManager(path), JsonSerializer.SerializeToUtf8Bytes(value, type), Json, false, type, cancellationToken);

    /// <summary>Has the server check the creation of an object, with its webhooks; nothing is made.</summary>
    public Task<ApiResult<T>> DryRunAsync<T>(string path, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"{WithManager(path)}&dryRun=All", JsonSerializer.SerializeToUtf8Bytes(value, type), Json, true, type, cancellationToken);

    /// <summary>
    /// Replaces an object (or its status, by the path of the subresource). metadata.resourceVersion says which state is replaced; a
    /// conflict must be answered by reading again.
    /// </summary>
    public Task<ApiResult<T>> UpdateAsync<T>(string path, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, WithManager(path), JsonSerializer.SerializeToUtf8Bytes(value, type), Json, true, type, cancellationToken);

    /// <summary>Changes an object by operations of RFC 6902. Not made again where it may have been carried out: operations may add.</summary>
    public Task<ApiResult<T>> JsonPatchAsync<T>(string path, ReadOnlyMemory<byte> operations, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, WithManager(path), operations, JsonPatch, false, type, cancellationToken);

    /// <summary>Changes an object by a document of RFC 7386.</summary>
    public Task<ApiResult<T>> MergePatchAsync<T>(string path, ReadOnlyMemory<byte> patch, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, WithManager(path), patch, MergePatch, true, type, cancellationToken);

    /// <summary>
    /// Server-side apply: the fields of <paramref name="value"/> become ours and have these values, whatever others wrote; the object is
    /// made where there is none. Two writers with the same values don't disturb each other.
    /// </summary>
    public Task<ApiResult<T>> ApplyAsync<T>(string path, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, $"{WithManager(path)}&force=true", JsonSerializer.SerializeToUtf8Bytes(value, type), ApplyPatch, true, type, cancellationToken);

    /// <summary>Deletes an object. Null on success, also where there was none.</summary>
    /// <param name="path">The object.</param>
    /// <param name="resourceVersion">The only state that may be deleted; "" for any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ApiStatus?> DeleteAsync(string path, string resourceVersion, CancellationToken cancellationToken)
    {
        var options = resourceVersion.Length == 0
            ? default
            : JsonSerializer.SerializeToUtf8Bytes(new DeleteOptions(new Preconditions(resourceVersion)), ApiJson.Default.DeleteOptions);
        var result = await policy.RunAsync(
            true, stop => client.RequestAsync(HttpMethod.Delete, path, options, Json, stop), cancellationToken).ConfigureAwait(false);
        return result.Error is { IsNotFound: true } ? null : result.Error;
    }

    private static string WithManager(string path) => $"{path}?fieldManager={FieldManager}";

    private async Task<ApiResult<T>> SendAsync<T>(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, string contentType, bool isIdempotent, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var result = await policy.RunAsync(
            isIdempotent, stop => client.RequestAsync(method, path, body, contentType, stop), cancellationToken).ConfigureAwait(false);
        if (result.Error is not null)
            return result.Error;
        try
        {
            return JsonSerializer.Deserialize(result.Value.Span, type) is { } value ? value : ApiStatus.Transport("the answer is null");
        }
        catch (JsonException e)
        {
            return ApiStatus.Transport($"the answer is no {typeof(T).Name}: {e.Message}");
        }
    }
}
