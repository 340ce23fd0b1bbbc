using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ControlPlane.Security.Callers;

namespace ControlPlane.Security.KeySets;

/// <summary>
/// Fetches key sets that users name. The name is resolved here and the address that was looked at is the one that is dialled, for each connection, so
/// also after a redirect; there is no proxy in between, no credential goes along, and an answer is bounded in size and must be a key set.
/// </summary>
public sealed class KeySetClient : IDisposable
{
    private const int MaxRedirects = 3;
    private const string DiscoveryPath = "/.well-known/openid-configuration";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    /// <summary>A client.</summary>
    /// <param name="mayAsk">Which addresses may be asked; see <see cref="KeySetAddresses"/>.</param>
    public KeySetClient(Func<IPAddress, bool> mayAsk)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false, UseCookies = false, Credentials = null, MaxAutomaticRedirections = MaxRedirects, PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = (context, stop) => ConnectAsync(context.DnsEndPoint, mayAsk, stop),
        };
        _http = new HttpClient(handler) { MaxResponseContentBufferSize = JsonWebKeys.MaxBytes, Timeout = Longest };
    }

    /// <summary>The key set, as it was answered.</summary>
    /// <exception cref="KeySetException">It can't be had; the message says why, for people.</exception>
    public async Task<string> FetchAsync(KeySetLocation location, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(location);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(location.Timeout < Longest ? location.Timeout : Longest);
        try
        {
            var uri = UriOf(location.IsIssuer ? location.Name.TrimEnd('/') + DiscoveryPath : location.Name);
            if (location.IsIssuer)
                uri = KeySetOf(await _http.GetStringAsync(uri, limit.Token).ConfigureAwait(false));
            var keys = await _http.GetStringAsync(uri, limit.Token).ConfigureAwait(false);
            return JsonWebKeys.IsKeySet(keys) ? keys : throw new KeySetException("the answer is no key set");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException or InvalidOperationException)
        {
            throw new KeySetException(fault.InnerException is KeySetException reason ? reason.Message : fault.Message, fault);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KeySetException("there was no answer in time", fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static Uri UriOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        ? new Uri(text)
        : throw new KeySetException("it is no URI of http or https");

    private static Uri KeySetOf(string discovery)
    {
        try
        {
            using var document = JsonDocument.Parse(discovery, new JsonDocumentOptions { MaxDepth = JsonWebKeys.MaxDepth });
            return UriOf(document.RootElement.ValueKind == JsonValueKind.Object ? JsonWebToken.Text(document.RootElement, "jwks_uri") ?? "" : "");
        }
        catch (JsonException fault)
        {
            throw new KeySetException("the issuer's discovery document is no JSON", fault);
        }
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, Func<IPAddress, bool> mayAsk, CancellationToken stop)
    {
        var all = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(target.Host, stop).ConfigureAwait(false);
        var allowed = Array.FindAll(all, address => mayAsk(address));
        if (allowed.Length == 0)
            throw new KeySetException($"keys are not fetched from {target.Host}: it has no address that users may lead the control plane to");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, stop).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
