using System.Text.Json;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Requests;

namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>
/// Whether the server sends lists as the beginning of a watch (sendInitialEvents), which costs it far less memory. Servers below 1.27 ignore
/// the wish and would never say that the list is complete, so that the version is asked for; later ones refuse where it is switched off.
/// </summary>
#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for has nothing to give back.
internal sealed class StreamedLists(ApiClient client, bool wanted, TimeProvider time)
#pragma warning restore CA1001
{
    /// <summary>The first version whose API server has it on.</summary>
    private const int Major = 1, Minor = 32;

    /// <summary>A server that does not answer is asked by everybody anyway: this question can wait.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _asking = new(1, 1);
    private volatile bool _refused = !wanted;
    private volatile bool _served;
    private long _failed = long.MinValue;

    /// <summary>Whether to ask for streamed lists. False as long as the server does not say its version.</summary>
    public async ValueTask<bool> AreServedAsync(CancellationToken cancellationToken)
    {
        if (_refused || _served)
            return !_refused;
        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_refused || _served)
                return !_refused;
            if (_failed == long.MinValue || time.GetElapsedTime(_failed) >= Pause)
                await AskAsync(cancellationToken).ConfigureAwait(false);
            return _served;
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>The server does not want to: lists are lists from now on.</summary>
    public void Refuse() => _refused = true;

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        var answer = await client.RequestAsync(HttpMethod.Get, "/version", default, "", cancellationToken).ConfigureAwait(false);
        if (answer.Error is not null)
        {
            _failed = time.GetTimestamp();
            return;
        }

        _served = Read(answer.Value).IsAtLeast(Major, Minor);
        _refused = !_served;
    }

    private static VersionInfo Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json.Span, ApiJson.Default.VersionInfo) ?? new VersionInfo();
        }
        catch (JsonException)
        {
            return new VersionInfo();
        }
    }
}
