using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;
using ControlPlane.FeatureTests.Identity;
using ControlPlane.Grpc.Client;
using Grpc.Core;

namespace ControlPlane.FeatureTests.Hostility;

/// <summary>S1: bodies of 3 MiB that nest as deep as they can, to every port: each is answered, soon, and the process goes on.</summary>
[Collection(HostilityCollection.Name)]
public sealed class NestedBodyTests : IAsyncLifetime
{
    private const int Size = 3 * 1024 * 1024;

    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    private SecureServer _server = null!;

    public static TheoryData<string> Texts => ["[", "{\"a\":", "{\"metadata\":{\"annotations\":", "- ", "{a: ", "(", "(a|", "&a [", "!!map {x: "];

    public async Task InitializeAsync() => _server = await SecureServer.StartAsync("--injection", "true", "--webhook-address", "127.0.0.1:0");

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task S1_Text_ToEveryHttpAddress_IsAnswered(string nested)
    {
        var body = Repeat(nested);
        var addresses = _server.Running.Server.Addresses;
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true } });
        foreach (var (url, method) in new[]
        {
            ($"https://{addresses.Webhook}/inject", HttpMethod.Post), ($"https://{addresses.Webhook}/validate", HttpMethod.Post),
            ($"http://{addresses.Http}/debug/syncz", HttpMethod.Post), ($"http://{addresses.Http}/ready", HttpMethod.Put), ($"http://{addresses.Monitoring}/metrics", HttpMethod.Post),
        })
        {
            foreach (var text in new[] { "{}", body, Review(body) })
                await Promptly.WithinASecondAsync(url, () => SendAsync(client, method, url, text));
        }

        await ExpectAliveAsync();
    }

    [Theory]
    [InlineData("envoy.service.discovery.v3.AggregatedDiscoveryService", "StreamAggregatedResources", false)]
    [InlineData("envoy.service.discovery.v3.AggregatedDiscoveryService", "DeltaAggregatedResources", true)]
    [InlineData("istio.v1.auth.IstioCertificateService", "CreateCertificate", true)]
    public async Task S1_Messages_ToBothGrpcAddresses_AreAnswered(string service, string name, bool secure)
    {
        var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, service, name, Raw, Raw);
        var headers = secure ? new Metadata { { "authorization", "Bearer " + _server.Token() } } : [];
        using var channel = secure ? _server.Channel() : GrpcChannel.ForAddress($"http://{_server.Running.Server.Addresses.Xds}");

        // Groups within groups; a Struct in a Struct as node metadata, and as metadata of a certificate request.
        byte[][] messages =
        [
            [.. Enumerable.Repeat((byte)0x7b, Size)], Nested(2 << 3 | 2, 3 << 3 | 2), Nested(4 << 3 | 2), Nested(1 << 3 | 2, 1 << 3 | 2),
        ];
        foreach (var message in messages)
        {
            await Promptly.WithinASecondAsync(name, async () =>
            {
                using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, new CallOptions(headers, DateTime.UtcNow.AddSeconds(60)));
                var fault = await Assert.ThrowsAsync<RpcException>(async () =>
                {
                    await call.RequestStream.WriteAsync(message, CancellationToken.None);
                    await call.RequestStream.CompleteAsync();
                    while (await call.ResponseStream.MoveNext(CancellationToken.None))
                    {
                    }
                });
                Assert.True(fault.StatusCode is StatusCode.Internal or StatusCode.InvalidArgument or StatusCode.ResourceExhausted, fault.ToString());
            });
        }

        await ExpectAliveAsync();
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task S1_Objects_OfTheSource_AreRefusedByName(string nested)
    {
        var body = Repeat(nested);
        _server.WriteMesh("nested.yaml", body);
        _server.WriteMesh("rules.yaml", $$"""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: nested, namespace: shop}
            spec:
              hosts: [web]
              http:
              - match: [{uri: {regex: '{{body.Replace("'", "''", StringComparison.Ordinal)}}'} }]
                route: [{destination: {host: web} }]
            """);
        for (var deadline = DateTime.UtcNow.AddSeconds(60); !_server.Running.Log.Any(line => line.Contains("nested", StringComparison.Ordinal));)
        {
            Assert.True(DateTime.UtcNow < deadline, "nothing was said of the objects");
            await Task.Delay(50);
        }

        await ExpectAliveAsync();
    }

    private static async Task SendAsync(HttpClient client, HttpMethod method, string url, string text)
    {
        using var request = new HttpRequestMessage(method, url) { Content = new StringContent(text, new MediaTypeHeaderValue("application/json")) };
        try
        {
            using var answer = await client.SendAsync(request).WaitAsync(TimeSpan.FromSeconds(60));
            Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
        }
        catch (HttpRequestException) when (text.Length > 2)
        {
            // Refused while it was still being sent.
        }
    }

    private static string Repeat(string text) => string.Concat(Enumerable.Repeat(text, Size / text.Length));

    /// <summary>A review whose pod has the text where users may write some.</summary>
    private static string Review(string text) => System.Text.Json.JsonSerializer.Serialize(new
    {
        apiVersion = "admission.k8s.io/v1",
        kind = "AdmissionReview",
        request = new
        {
            uid = "1",
            kind = new { group = "", version = "v1", kind = "Pod" },
            @namespace = "shop",
            operation = "CREATE",
            @object = new
            {
                metadata = new { name = "web-1", annotations = new Dictionary<string, string> { ["proxy.istio.io/config"] = text[..100_000], ["sidecar.istio.io/status"] = text[..100_000], ["inject.istio.io/templates"] = text[..100_000] } },
                spec = new { containers = new[] { new { name = "app", image = "x" } } },
            },
        },
    });

    /// <summary>A message in a message in a message, their tags in turn; written from the inside out.</summary>
    private static byte[] Nested(params int[] tags)
    {
        var bytes = new byte[Size];
        var at = Size;
        for (var depth = 0; at > 8; depth++)
        {
            var length = Size - at;
            var digits = new Stack<byte>();
            do
            {
                digits.Push((byte)(length & 127));
                length >>= 7;
            }
            while (length > 0);
            var count = digits.Count;
            for (var i = 0; i < count; i++)
                bytes[--at] = (byte)(digits.Pop() | (i == 0 ? 0 : 128));
            bytes[--at] = (byte)tags[depth % tags.Length];
        }

        return bytes[at..];
    }

    private async Task ExpectAliveAsync()
    {
        Assert.Equal(HttpStatusCode.OK, (await _server.Running.GetAsync("/ready")).Status);
        using var certificate = await _server.CertificateAsync(_server.Token());
        Assert.Contains("ControlPlane", Encoding.ASCII.GetString(certificate.IssuerName.RawData), StringComparison.Ordinal);
    }
}
