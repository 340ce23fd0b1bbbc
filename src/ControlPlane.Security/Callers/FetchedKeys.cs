using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Security.Callers;

/// <summary>
/// A key set that is fetched: from a URL or a file, again every ten minutes, and at most once a minute for a token whose key is not known. What
/// can't be fetched or is no key set leaves the keys from before; before the first there are none, so that no token is good.
/// </summary>
internal sealed class FetchedKeys(Uri uri, HttpClient http, TimeProvider time, ILogger logger) : ITokenKeys
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LeastPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task _fetching = Task.CompletedTask;
    private volatile IReadOnlyList<TokenKey> _keys = [];
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private DateTimeOffset _earliest = DateTimeOffset.MinValue;

    public async ValueTask<IReadOnlyList<TokenKey>> GetAsync(string? keyId, CancellationToken cancellationToken)
    {
        if (!IsDue(keyId))
            return _keys;

        // One fetch for all who wait; it ends by its own deadline.
        Task fetching;
        lock (_lock)
        {
            if (_fetching.IsCompleted && IsDue(keyId))
                _fetching = FetchAsync();
            fetching = _fetching;
        }

        await fetching.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _keys;
    }

    private bool IsDue(string? keyId)
    {
        var now = time.GetUtcNow();
        return now >= _next || (now >= _earliest && keyId is not null && !_keys.Any(key => key.Id == keyId));
    }

    private async Task FetchAsync()
    {
        var now = time.GetUtcNow();
        try
        {
            using var limit = new CancellationTokenSource(Deadline);
            _keys = JsonWebKeys.Parse(await ReadAsync(limit.Token).ConfigureAwait(false));
            (_next, _earliest) = (now + Refresh, now + LeastPause);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException or UnauthorizedAccessException or FormatException or OperationCanceledException)
        {
            (_next, _earliest) = (now + RetryPause, now + RetryPause);
            SecurityLog.KeysUnusable(logger, uri.ToString(), fault.Message);
        }
    }

    private async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        if (uri.IsFile)
        {
            return new FileInfo(uri.LocalPath) is { Exists: true, Length: <= JsonWebKeys.MaxBytes }
                ? await File.ReadAllTextAsync(uri.LocalPath, cancellationToken).ConfigureAwait(false)
                : throw new IOException($"there is no file {uri.LocalPath}, or it is bigger than {JsonWebKeys.MaxBytes} bytes");
        }

        // The client's buffer is bounded where it is made.
        return await http.GetStringAsync(uri, cancellationToken).ConfigureAwait(false);
    }
}
