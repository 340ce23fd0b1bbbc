using System.Net;
using ControlPlane.Grpc.Wire;
using Grpc.Core;

namespace ControlPlane.Grpc.Client;

/// <summary>Makes the HTTP request of a call.</summary>
internal static class RequestFactory
{
    private const string UserAgent = "grpc-dotnet-controlplane/1.0";

    /// <exception cref="RpcException">The credentials failed (UNAVAILABLE) or would travel unprotected (UNAUTHENTICATED).</exception>
    public static async Task<HttpRequestMessage> CreateAsync(
        GrpcChannel channel, IMethod method, string? host, CallOptions options, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(channel.Address, method.FullName))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("user-agent", UserAgent);
        headers.TryAddWithoutValidation(GrpcHeaders.Te, GrpcHeaders.Trailers);
        headers.TryAddWithoutValidation(GrpcHeaders.AcceptEncoding, GrpcHeaders.SupportedEncodings);
        headers.Host = host;
        if (timeout is { } limit)
        {
            headers.TryAddWithoutValidation(GrpcHeaders.Timeout, GrpcTimeout.Format(limit));
        }

        Add(request, options.Headers);
        foreach (var credentials in new[] { channel.Options.Credentials, options.Credentials })
        {
            if (credentials is not null)
            {
                Add(request, await AskAsync(channel, method, credentials, cancellationToken).ConfigureAwait(false));
            }
        }

        return request;
    }

    private static async Task<Metadata> AskAsync(
        GrpcChannel channel, IMethod method, CallCredentials credentials, CancellationToken cancellationToken)
    {
        if (channel.Address.Scheme != Uri.UriSchemeHttps && !channel.Options.AllowInsecureCredentials)
        {
            throw new RpcException(new Status(
                StatusCode.Unauthenticated, "Call credentials are not sent over a connection without TLS (AllowInsecureCredentials)."));
        }

        var metadata = new Metadata();
        var serviceUrl = channel.Address.GetLeftPart(UriPartial.Authority) + "/" + method.ServiceName;
        try
        {
            await credentials.Interceptor(new AuthInterceptorContext(serviceUrl, method.Name, cancellationToken), metadata)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (RpcException or OperationCanceledException))
        {
            throw new RpcException(new Status(StatusCode.Unavailable, $"The call credentials failed: {e.Message}", e));
        }

        return metadata;
    }

    private static void Add(HttpRequestMessage request, Metadata? metadata)
    {
        foreach (var entry in metadata ?? [])
        {
            if (!MetadataCodec.IsTransportHeader(entry.Key))
            {
                request.Headers.TryAddWithoutValidation(entry.Key, MetadataCodec.ToHeaderValue(entry));
            }
        }
    }
}
