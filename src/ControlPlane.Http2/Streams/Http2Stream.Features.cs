using System.Collections;
using System.IO.Pipelines;
using ControlPlane.Http2.Frames;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace ControlPlane.Http2.Streams;

/// <content>
/// What the application sees: the features of ASP.NET Core, all on this one object, so that a request costs no dictionary of them. What others add
/// is kept beside; what is unknown here is looked for at the connection.
/// </content>
internal sealed partial class Http2Stream :
    IFeatureCollection,
    IHttpRequestFeature,
    IHttpRequestBodyDetectionFeature,
    IHttpRequestTrailersFeature,
    IRequestBodyPipeFeature,
    IHttpRequestLifetimeFeature,
    IHttpResponseFeature,
    IHttpResponseBodyFeature,
    IHttpResponseTrailersFeature,
    IHttpResetFeature,
    IEndpointFeature,
    IRouteValuesFeature
{
    private readonly Lock _tokenLock = new();
    private readonly string _query;
    private int _status = StatusCodes.Status200OK;
    private IHeaderDictionary? _requestTrailers;
    private string _path;
    private string? _pathBase;
    private string? _scheme;
    private string? _method;
    private IHeaderDictionary? _requestHeaders;
    private List<KeyValuePair<Type, object?>>? _added;
    private List<(Func<object, Task> Callback, object State)>? _onStarting;
    private List<(Func<object, Task> Callback, object State)>? _onCompleted;
    private IHeaderDictionary? _trailers;
    private Stream? _requestStream;
    private Stream? _responseStream;
    private CancellationTokenSource? _abortSource;
    private CancellationToken? _givenToken;
    private string? _givenQuery;
    private RouteValueDictionary? _routeValues;

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public int Revision { get; private set; }

    /// <inheritdoc/>
    public string Protocol { get; set; } = HttpProtocol.Http2;

    /// <inheritdoc/>
    public string Scheme { get => _scheme ?? _head.Scheme!; set => _scheme = value; }

    /// <inheritdoc/>
    public string Method { get => _method ?? _head.Method!; set => _method = value; }

    /// <inheritdoc/>
    public string PathBase { get => _pathBase ?? string.Empty; set => _pathBase = value; }

    /// <inheritdoc/>
    public string Path { get => _path; set => _path = value; }

    /// <inheritdoc/>
    public string QueryString { get => _givenQuery ?? _query; set => _givenQuery = value; }

    /// <inheritdoc/>
    public string RawTarget { get => _head.Path!; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public bool CanHaveBody { get; }

    /// <inheritdoc/>
    public PipeReader Reader => _body;

    /// <inheritdoc/>
    public PipeWriter Writer => Output;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The response has started.</exception>
    public int StatusCode
    {
        get => _status;
        set => _status = HasStarted ? throw new InvalidOperationException("The response has started: its status can't change.") : value;
    }

    /// <inheritdoc/>
    public string? ReasonPhrase { get; set; }

    /// <inheritdoc/>
    public bool HasStarted { get; private set; }

    /// <inheritdoc/>
    public Endpoint? Endpoint { get; set; }

    /// <inheritdoc/>
    public RouteValueDictionary RouteValues { get => _routeValues ??= []; set => _routeValues = value; }

    /// <inheritdoc/>
    public CancellationToken RequestAborted
    {
        get
        {
            lock (_tokenLock)
            {
                if (_givenToken is { } given)
                    return given;

                // Who asks again and again hears of it at once: what tells the token waits for a thread, which may be the one that asks.
                return IsAborted ? new CancellationToken(canceled: true) : (_abortSource ??= new CancellationTokenSource()).Token;
            }
        }

        set => _givenToken = value;
    }

    bool IHttpRequestTrailersFeature.Available => IsRemoteClosed;

    IHeaderDictionary IHttpRequestTrailersFeature.Trailers => IsRemoteClosed
        ? _requestTrailers ??= new HeaderDictionary { IsReadOnly = true }
        : throw new InvalidOperationException("The trailers come after the body, which has not come to its end.");

    IHeaderDictionary IHttpRequestFeature.Headers { get => _requestHeaders ?? _head.Fields; set => _requestHeaders = value; }

    Stream IHttpRequestFeature.Body { get => _requestStream ??= _body.AsStream(); set => _requestStream = value; }

    IHeaderDictionary IHttpResponseFeature.Headers { get => ResponseHeaders; set => ResponseHeaders = value; }

    Stream IHttpResponseFeature.Body { get => Stream; set => _responseStream = value; }

    /// <inheritdoc/>
    public Stream Stream => _responseStream ??= Output.AsStream();

    IHeaderDictionary IHttpResponseTrailersFeature.Trailers { get => _trailers ??= new HeaderDictionary(); set => _trailers = value; }

    private IHeaderDictionary ResponseHeaders { get; set; } = new HeaderDictionary();

    /// <inheritdoc/>
    public object? this[Type key]
    {
        get => TryGetAdded(key, out var added) ? added : key.IsInstanceOfType(this) ? this : _connection.GetFeature(key);
        set => Add(key, value);
    }

    /// <inheritdoc/>
    public TFeature? Get<TFeature>() =>
        TryGetAdded(typeof(TFeature), out var added) ? (TFeature?)added : this is TFeature own ? own : (TFeature?)_connection.GetFeature(typeof(TFeature));

    /// <inheritdoc/>
    public void Set<TFeature>(TFeature? instance) => Add(typeof(TFeature), instance);

    /// <inheritdoc/>
    public void OnStarting(Func<object, Task> callback, object state)
    {
        if (HasStarted)
            throw new InvalidOperationException("The response has started.");
        (_onStarting ??= []).Add((callback, state));
    }

    /// <inheritdoc/>
    public void OnCompleted(Func<object, Task> callback, object state) => (_onCompleted ??= []).Add((callback, state));

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default) => Output.FlushAsync(cancellationToken).AsTask();

    /// <inheritdoc/>
    public void DisableBuffering()
    {
        // Nothing waits here but for a flush.
    }

    /// <inheritdoc/>
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    /// <inheritdoc/>
    public void Reset(int errorCode) => _connection.Reset(this, (ErrorCode)errorCode, "the application has reset it");

    /// <inheritdoc/>
    public void Abort() => _connection.Reset(this, ErrorCode.InternalError, "the application has aborted it");

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator()
    {
        foreach (var (type, added) in _added ?? [])
        {
            if (added is not null)
                yield return new KeyValuePair<Type, object>(type, added);
        }

        foreach (var type in GetType().GetInterfaces())
        {
            if (type.Namespace == typeof(IFeatureCollection).Namespace && !TryGetAdded(type, out _))
                yield return new KeyValuePair<Type, object>(type, this);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private bool TryGetAdded(Type type, out object? added)
    {
        foreach (var (key, value) in _added ?? [])
        {
            if (key == type)
            {
                added = value;
                return true;
            }
        }

        added = null;
        return false;
    }

    private void Add(Type type, object? feature)
    {
        Revision++;
        _added ??= [];
        _added.RemoveAll(added => added.Key == type);
        _added.Add(new KeyValuePair<Type, object?>(type, feature));
    }
}
