using System.Net;
using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Http2.Tests.Requests;

/// <summary>What the application sees of a request.</summary>
public sealed class RequestTests
{
    [Theory]
    [InlineData("/a/b?x=1&y=%20", "/a/b", "?x=1&y=%20")]
    [InlineData("/caf%C3%A9%20x", "/caf\u00e9 x", "")]
    [InlineData("/a%2Fb", "/a%2Fb", "")]
    [InlineData("/a/../b/./c", "/b/c", "")]
    [InlineData("/?", "/", "?")]
    [InlineData("/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources", "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources", "")]
    public async Task Path_AsSent_DecodedAndRaw(string target, string path, string query)
    {
        var seen = await SeeAsync(HeaderBlock.Get(target), static c => (c.Request.Path.Value, c.Request.QueryString.Value, c.Features.Get<IHttpRequestFeature>()!.RawTarget));
        Assert.Equal((path, query, target), seen);
    }

    [Fact]
    public async Task Request_WithAllFields_SeenByTheApplication()
    {
        var seen = await SeeAsync(
            HeaderBlock.Request("PATCH", "/x", ("content-type", "application/grpc"), ("x-twice", "a"), ("x-twice", "b"), ("te", "trailers"), ("content-length", "0")),
            static c => (
                c.Request.Method, c.Request.Protocol, c.Request.Scheme, Host: c.Request.Host.Value, c.Request.ContentType, c.Request.ContentLength,
                Twice: string.Join("|", c.Request.Headers["x-twice"].ToArray()), Te: c.Request.Headers.TE.ToString(), HostField: c.Request.Headers.Host.ToString(),
                Url: c.Request.GetDisplayUrl(), Pseudo: c.Request.Headers.Keys.Count(static k => k.StartsWith(':'))));
        Assert.Equal(("PATCH", "HTTP/2", "http", "localhost", "application/grpc", 0L, "a|b", "trailers", "localhost", "http://localhost/x", 0), seen);
    }

    [Fact]
    public async Task Host_WithoutAuthority_FromTheHostField()
    {
        HeaderField[] fields = [(":method", "GET"), (":scheme", "http"), (":path", "/"), ("host", "xds.local:15010")];
        Assert.Equal("xds.local:15010", await SeeAsync(fields, static c => c.Request.Host.Value));
    }

    [Fact]
    public async Task Cookies_InSeveralFields_Joined()
    {
        // RFC 9113, 8.2.3.
        var seen = await SeeAsync(HeaderBlock.Get("/", ("cookie", "a=1"), ("cookie", "b=2"), ("cookie", "c=3")), static c => c.Request.Headers.Cookie.ToString());
        Assert.Equal("a=1; b=2; c=3", seen);
    }

    [Theory]
    [InlineData("Bearer ")]
    [InlineData(" a\t")]
    public async Task FieldValue_WithSpacesAround_SeenAsSent(string value) =>
        Assert.Equal(value, await SeeAsync(HeaderBlock.Get("/", ("authorization", value)), static c => c.Request.Headers.Authorization.ToString()));

    [Fact]
    public async Task Options_OfTheWholeServer_Seen()
    {
        var seen = await SeeAsync(HeaderBlock.Request("OPTIONS", "*"), static c => (c.Request.Method, c.Features.Get<IHttpRequestFeature>()!.RawTarget));
        Assert.Equal(("OPTIONS", "*"), seen);
    }

    [Fact]
    public async Task FieldValue_Utf8_Seen()
    {
        var bytes = System.Text.Encoding.Latin1.GetString(System.Text.Encoding.UTF8.GetBytes("gr\u00fc\u00dfe"));
        Assert.Equal("gr\u00fc\u00dfe", await SeeAsync(HeaderBlock.Get("/", ("x-utf8", bytes)), static c => c.Request.Headers["x-utf8"].ToString()));
    }

    [Fact]
    public async Task Connection_OfTwoStreams_SameIdAndOtherTraces()
    {
        var seen = new System.Collections.Concurrent.ConcurrentQueue<(string Connection, string Trace)>();
        await using var server = await Http2TestServer.StartAsync(context =>
        {
            seen.Enqueue((context.Connection.Id, context.TraceIdentifier));
            return Task.CompletedTask;
        });
        await using var client = await server.ConnectAsync();
        await using var other = await server.ConnectAsync();
        foreach (var (who, stream) in new[] { (client, 1), (client, 3), (other, 1) })
        {
            await who.SendRequestAsync(stream, HeaderBlock.Get());
            await who.ReadStreamAsync(stream);
        }

        var all = seen.ToArray();
        Assert.Equal(all[0].Connection, all[1].Connection);
        Assert.NotEqual(all[0].Connection, all[2].Connection);
        Assert.Equal(3, all.Select(static s => s.Trace).Distinct().Count());
    }

    [Fact]
    public async Task Addresses_OfTheConnection_Seen()
    {
        (IPAddress? Remote, int RemotePort, IPAddress? Local, int LocalPort) seen = default;
        await using var server = await Http2TestServer.StartAsync(context =>
        {
            var c = context.Connection;
            seen = (c.RemoteIpAddress, c.RemotePort, c.LocalIpAddress, c.LocalPort);
            return Task.CompletedTask;
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get());
        await client.ReadStreamAsync(1);
        Assert.Equal((IPAddress.Loopback, ((IPEndPoint)client.LocalEndPoint).Port, IPAddress.Loopback, server.Address.Port), seen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tls_Connection_CertificateAndProtocolSeen(bool withCertificate)
    {
        (string? Subject, string Scheme, bool Handshake, bool Tls) seen = default;
        await using var server = await Http2TestServer.StartAsync(
            async context =>
            {
                var certificate = await context.Connection.GetClientCertificateAsync();
                seen = (certificate?.Subject, context.Request.Scheme, context.Features.Get<ITlsHandshakeFeature>() is { }, context.Features.Get<ITlsConnectionFeature>() is { });
                Assert.Equal(certificate?.Thumbprint, context.Connection.ClientCertificate?.Thumbprint);
            },
            tls: true);
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Certificate = withCertificate ? TestCertificates.Client : null });
        await client.SendRequestAsync(1, [(":method", "GET"), (":scheme", "https"), (":path", "/"), (":authority", "localhost")]);
        Assert.Equal(200, (await client.ReadStreamAsync(1)).Status);
        Assert.Equal((withCertificate ? "CN=client" : null, "https", true, true), seen);
    }

    [Fact]
    public async Task Features_OfARequest_AllThatHandlersUse()
    {
        var missing = await SeeAsync(HeaderBlock.Get(), static c => string.Join(", ", new (string, object?)[]
        {
            (nameof(IHttpRequestFeature), c.Features.Get<IHttpRequestFeature>()),
            (nameof(IHttpResponseFeature), c.Features.Get<IHttpResponseFeature>()),
            (nameof(IHttpResponseBodyFeature), c.Features.Get<IHttpResponseBodyFeature>()),
            (nameof(IHttpResponseTrailersFeature), c.Features.Get<IHttpResponseTrailersFeature>()),
            (nameof(IHttpRequestTrailersFeature), c.Features.Get<IHttpRequestTrailersFeature>()),
            (nameof(IHttpRequestLifetimeFeature), c.Features.Get<IHttpRequestLifetimeFeature>()),
            (nameof(IHttpConnectionFeature), c.Features.Get<IHttpConnectionFeature>()),
            (nameof(IHttpResetFeature), c.Features.Get<IHttpResetFeature>()),
            (nameof(IHttpRequestBodyDetectionFeature), c.Features.Get<IHttpRequestBodyDetectionFeature>()),
            (nameof(IHttpRequestIdentifierFeature), c.Features.Get<IHttpRequestIdentifierFeature>()),
        }.Where(static f => f.Item2 is null).Select(static f => f.Item1)));
        Assert.Equal("", missing);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BodyDetection_BodyOrNone_Told(bool body)
    {
        await using var server = await Http2TestServer.StartAsync(static context =>
            context.Response.WriteAsync($"{context.Features.Get<IHttpRequestBodyDetectionFeature>()!.CanHaveBody}"));
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/"), end: !body);

        // The body is still to come when the answer is there.
        Assert.Equal($"{body}", (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task Trailers_OfARequest_SeenAfterItsBody()
    {
        await using var server = await Http2TestServer.StartAsync(static async context =>
        {
            var before = context.Request.CheckTrailersAvailable();
            await context.Request.Body.CopyToAsync(Stream.Null);
            await context.Response.WriteAsync($"{before} {context.Request.CheckTrailersAvailable()} {context.Request.GetTrailer("x-sum")}");
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/", ("trailer", "x-sum")), end: false);
        await client.SendAsync(Frame.Data(1, "abc"u8));
        await client.PingAsync();
        await client.SendAsync(Frame.Headers(1, [("x-sum", "900150")], end: true));
        Assert.EndsWith("True 900150", (await client.ReadStreamAsync(1)).Text, StringComparison.Ordinal);
    }

    private static async Task<T> SeeAsync<T>(HeaderField[] fields, Func<HttpContext, T> look)
    {
        T seen = default!;
        await using var server = await Http2TestServer.StartAsync(context =>
        {
            seen = look(context);
            return Task.CompletedTask;
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, fields);
        var answer = await client.ReadStreamAsync(1);
        Assert.True(answer is { Status: 200, Ended: true }, $"{client.Transcript}\n{string.Join("\n", server.Errors)}");
        return seen;
    }
}
