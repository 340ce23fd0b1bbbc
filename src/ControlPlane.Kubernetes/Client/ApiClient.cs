using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using ControlPlane.Kubernetes.Client.Authentication;
using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Client.Json;

namespace ControlPlane.Kubernetes.Client;

/// <summary>A client of one API server. Faults come back as <see cref="ApiStatus"/>; only cancellation is thrown. Thread-safe.</summary>
internal sealed class ApiClient : IDisposable
{
    /// <summary>Greatest nesting of an object; no real one passes 40.</summary>
    public const int MaxDepth = 100;

    private const string JsonType = "application/json";

    private readonly ApiClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ICredentialSource _credentials;
    private readonly HttpClient _http;
    private readonly RequestLimiter _limiter;
    private readonly string _tlsServerName;
    private readonly ClientMetrics? _metrics;

    public ApiClient(ClusterConnection connection, ApiClientOptions options, TimeProvider time, ClientMetrics? metrics = null)
    {
        _options = options;
        _time = time;
        _metrics = metrics;
        _tlsServerName = connection.TlsServerName;
        _credentials = connection.Exec is { } exec ? new ExecCredentialSource(exec, time) : new StaticCredentials(connection, time);
        _limiter = new RequestLimiter(options.QueriesPerSecond, options.Burst, time);
        // The client's own timeout would cut watches; each request brings its own.
        _http = new HttpClient(Handler(connection), disposeHandler: true)
        {
            BaseAddress = connection.Server,
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = connection.Server.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("controlplane", null));
    }

    /// <summary>Reads one object or document.</summary>
    public async Task<ApiResult<JsonDocument>> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var idle = Idle(cancellationToken);
        return await GuardAsync<JsonDocument>(
            async () =>
            {
                using var answer = await SendAsync(HttpMethod.Get, path, null, idle.Token).ConfigureAwait(false);
                if (answer.Error is not null)
                    return answer.Error;
                await using var stream = await answer.Response!.Content.ReadAsStreamAsync(idle.Token).ConfigureAwait(false);
                return await JsonDocument.ParseAsync(stream, new JsonDocumentOptions { MaxDepth = 1000 }, idle.Token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a request whose answer is one object; gives the object's JSON, at most <see cref="ApiClientOptions.MaxObjectBytes"/> of it.</summary>
    public async Task<ApiResult<ReadOnlyMemory<byte>>> RequestAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, string contentType, CancellationToken cancellationToken)
    {
        using var idle = Idle(cancellationToken);
        return await GuardAsync<ReadOnlyMemory<byte>>(
            async () =>
            {
                using var answer = await SendAsync(method, path, body.IsEmpty ? null : () => Content(body, contentType), idle.Token).ConfigureAwait(false);
                if (answer.Error is not null)
                    return answer.Error;
                await using var stream = await answer.Response!.Content.ReadAsStreamAsync(idle.Token).ConfigureAwait(false);
                var bytes = await BoundedReader.ReadAsync(stream, _options.MaxObjectBytes, idle.Token).ConfigureAwait(false);
                return bytes is { } all ? all : ApiStatus.Transport($"the answer has more than {_options.MaxObjectBytes} bytes");
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads one page of a list and hands over its items as they arrive.</summary>
    public async Task<ApiResult<ListPage>> ListAsync(
        string path, ListQuery query, Action<SplitObject> onItem, CancellationToken cancellationToken)
    {
        using var idle = Idle(cancellationToken);
        return await GuardAsync<ListPage>(
            async () =>
            {
                using var answer = await SendAsync(HttpMethod.Get, path + query.ToQuery(), null, idle.Token).ConfigureAwait(false);
                if (answer.Error is not null)
                    return answer.Error;
                await using var stream = await answer.Response!.Content.ReadAsStreamAsync(idle.Token).ConfigureAwait(false);
                var splitter = new JsonObjectSplitter(isList: true, _options.MaxObjectBytes);
                await foreach (var item in JsonObjectStream.ReadAsync(stream, splitter, idle.Token).ConfigureAwait(false))
                {
                    idle.CancelAfter(_options.IdleTimeout);
                    onItem(item);
                }

                return new ListPage(splitter.ResourceVersion, splitter.Continue);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Watches until the server ends it, the time is over, the handler returns false, or a fault. Returns the fault; null for a
    /// normal end.
    /// </summary>
    /// <param name="path">The list.</param>
    /// <param name="query">From where on, how long, which objects.</param>
    /// <param name="onEvent">Takes an event; false ends the watch.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <param name="onOpened">Called when the server has begun to answer: events may be a long time in coming.</param>
    public async Task<ApiStatus?> WatchAsync(
        string path, WatchQuery query, Func<WatchEvent, bool> onEvent, CancellationToken cancellationToken, Action? onOpened = null)
    {
        // A server that forgets the timeout it was asked for, or a peer that vanished without a word, must not stop us for good.
        using var age = new CancellationTokenSource(query.Timeout + _options.PingDelay, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(age.Token, cancellationToken);
        var result = await GuardAsync<bool>(
            async () =>
            {
                using var answer = await SendAsync(HttpMethod.Get, path + query.ToQuery(), null, stop.Token).ConfigureAwait(false);
                if (answer.Error is not null)
                    return answer.Error;
                onOpened?.Invoke();
                await using var stream = await answer.Response!.Content.ReadAsStreamAsync(stop.Token).ConfigureAwait(false);
                var splitter = new JsonObjectSplitter(isList: false, _options.MaxObjectBytes);
                await foreach (var item in JsonObjectStream.ReadAsync(stream, splitter, stop.Token).ConfigureAwait(false))
                {
                    if (!Handle(item, onEvent))
                        return true;
                }

                return true;
            },
            cancellationToken).ConfigureAwait(false);
        return age.IsCancellationRequested ? null : result.Error;
    }

    public void Dispose()
    {
        _http.Dispose();
        (_credentials as IDisposable)?.Dispose();
    }

    private static bool Handle(SplitObject item, Func<WatchEvent, bool> onEvent)
    {
        if (item.IsTooLarge)
            return Unreadable($"{item.Size} bytes are too many");
        try
        {
            using var json = JsonDocument.Parse(item.Json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            var value = json.RootElement.TryGetProperty("object", out var o) ? o : default;
            return onEvent(new WatchEvent(item.EventType, value, item.Namespace, item.Name, ""));
        }
        catch (JsonException e)
        {
            return Unreadable(e.Message);
        }

        bool Unreadable(string fault) => onEvent(new WatchEvent(item.EventType, default, item.Namespace, item.Name, fault));
    }

    private static ReadOnlyMemoryContent Content(ReadOnlyMemory<byte> body, string contentType) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } };

    private SocketsHttpHandler Handler(ClusterConnection connection)
    {
        var roots = new TrustedRoots(connection);
        return new SocketsHttpHandler
        {
            ConnectTimeout = _options.ConnectTimeout,
            KeepAlivePingDelay = _options.PingDelay,
            KeepAlivePingTimeout = _options.PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            EnableMultipleHttp2Connections = true,
            AutomaticDecompression = DecompressionMethods.GZip,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = connection.Proxy is not null,
            Proxy = connection.Proxy is null ? null : new WebProxy(connection.Proxy),
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) => roots.Validate(certificate, chain, errors),
                LocalCertificateSelectionCallback = (_, _, _, _, _) => _credentials.ClientCertificate!,
            },
        };
    }

    private CancellationTokenSource Idle(CancellationToken cancellationToken)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(_options.IdleTimeout);
        return source;
    }

    /// <summary>Sends a request; a refusal of the credentials is answered once with fresh ones.</summary>
    private async Task<Answer> SendAsync(HttpMethod method, string path, Func<HttpContent>? content, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            await _limiter.WaitAsync(cancellationToken).ConfigureAwait(false);
            using var request = new HttpRequestMessage(method, path) { Content = content?.Invoke() };
            // The handler takes the name for TLS (SNI and the check of the certificate) from this header and from nowhere else.
            if (_tlsServerName.Length > 0)
                request.Headers.Host = _tlsServerName;
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(JsonType));
            if (await _credentials.GetTokenAsync(cancellationToken).ConfigureAwait(false) is { } token)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var response = await MeasuredAsync(request, path, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                return new Answer(response, null);
            using (response)
            {
                if (response.StatusCode != HttpStatusCode.Unauthorized || attempt > 0)
                    return new Answer(null, await StatusReader.ReadAsync(response, _time, cancellationToken).ConfigureAwait(false));
            }

            _credentials.Refuse();
        }
    }

    /// <summary>Sends a request; counts it by what was asked for and what came of it.</summary>
    private async Task<HttpResponseMessage> MeasuredAsync(HttpRequestMessage request, string path, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        var code = 0;
        try
        {
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            code = (int)response.StatusCode;
            return response;
        }
        finally
        {
            _metrics?.Count(RequestName.Of(request.Method, path), code, _time.GetElapsedTime(began));
        }
    }

    private static async Task<ApiResult<T>> GuardAsync<T>(Func<Task<ApiResult<T>>> request, CancellationToken cancellationToken)
    {
        try
        {
            return await request().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ApiStatus.Transport("the server stayed silent for too long");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or ConnectionException)
        {
            return ApiStatus.Transport(e.InnerException is { } inner && e is HttpRequestException ? $"{e.Message} {inner.Message}" : e.Message);
        }
        catch (SocketException e)
        {
            // The HTTP client lets it through where a connection is reset in the moment in which it is made.
            return ApiStatus.Transport(e.Message);
        }
        catch (ObjectDisposedException)
        {
            // A process that ends closes the client while others still ask; they are cancelled in a moment.
            return ApiStatus.Transport("the client is closed");
        }
        catch (JsonException e)
        {
            return ApiStatus.Transport($"the answer is not well-formed JSON: {e.Message}");
        }
    }

    private readonly record struct Answer(HttpResponseMessage? Response, ApiStatus? Error) : IDisposable
    {
        public void Dispose() => Response?.Dispose();
    }
}
