using System.Collections.Immutable;
using System.Text;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Requests;

namespace ControlPlane.Kubernetes.Writers;

/// <summary>One Secret of texts that is read and written as a whole by several replicas.</summary>
public sealed class SecretDocument
{
    private readonly ObjectClient _client;
    private readonly string _type;

    internal SecretDocument(ObjectClient client, string @namespace, string name, string type)
    {
        _client = client;
        (Namespace, Name, _type) = (@namespace, name, type);
    }

    /// <summary>Its namespace.</summary>
    public string Namespace { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    private string List => $"/api/v1/namespaces/{Namespace}/secrets";

    /// <summary>What it holds; null where there is no such Secret.</summary>
    public async Task<ApiResult<SecretContent?>> ReadAsync(CancellationToken cancellationToken)
    {
        var result = await _client.GetAsync($"{List}/{Name}", ApiJson.Default.SecretObject, cancellationToken).ConfigureAwait(false);
        if (result.Error is { } error)
            return error.IsNotFound ? new ApiResult<SecretContent?>(null, null) : error;
        var texts = (result.Value.Data ?? []).ToImmutableSortedDictionary(pair => pair.Key, pair => Encoding.UTF8.GetString(pair.Value), StringComparer.Ordinal);
        return new SecretContent(result.Value.Metadata.ResourceVersion ?? "", texts);
    }

    /// <summary>Makes it. False where there is one already.</summary>
    public Task<ApiResult<bool>> CreateAsync(IReadOnlyDictionary<string, string> texts, CancellationToken cancellationToken) =>
        WriteAsync(_client.CreateAsync(List, Object(texts, null), ApiJson.Default.SecretObject, cancellationToken));

    /// <summary>Replaces what was read. False where it has changed since.</summary>
    public Task<ApiResult<bool>> ReplaceAsync(SecretContent read, IReadOnlyDictionary<string, string> texts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);
        return WriteAsync(_client.UpdateAsync($"{List}/{Name}", Object(texts, read.ResourceVersion), ApiJson.Default.SecretObject, cancellationToken));
    }

    private static async Task<ApiResult<bool>> WriteAsync(Task<ApiResult<SecretObject>> request)
    {
        var result = await request.ConfigureAwait(false);
        return result.Error is not { } error ? true : error.IsConflict ? false : error;
    }

    private SecretObject Object(IReadOnlyDictionary<string, string> texts, string? resourceVersion) => new()
    {
        Metadata = new ObjectHeader { Namespace = Namespace, Name = Name, ResourceVersion = resourceVersion },
        Type = _type,
        Data = texts.ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetBytes(pair.Value), StringComparer.Ordinal),
    };
}
