using System.Net;
using ControlPlane.Grpc.Client;
using ControlPlane.Model.Delivery;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Grpc.Core;

namespace ControlPlane.FeatureTests.Identity;

/// <summary>S2: whatever a stream or a certificate request begins with, on either address, the process goes on and logs no error.</summary>
public class FirstMessageTests
{
    private const int Mutants = 1500;

    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    [Theory]
    [InlineData("envoy.service.discovery.v3.AggregatedDiscoveryService", "StreamAggregatedResources", false)]
    [InlineData("envoy.service.discovery.v3.AggregatedDiscoveryService", "DeltaAggregatedResources", true)]
    [InlineData("istio.v1.auth.IstioCertificateService", "CreateCertificate", true)]
    public async Task S2_FirstMessage_InMutants_EndsItsCallAndNothingElse(string service, string name, bool secure)
    {
        await using var server = await SecureServer.StartAsync();
        var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, service, name, Raw, Raw);
        var random = new Random(2);
        var seed = new DiscoveryRequest
        {
            TypeUrl = XdsType.Cluster.TypeUrl(),
            Node = new Envoy.Config.Core.V3.Node { Id = "sidecar~10.1.0.11~web-1.shop~shop.svc.cluster.local", Cluster = "web", UserAgentName = "envoy" },
        }.ToByteArray();
        var headers = secure ? new Metadata { { "authorization", "Bearer " + server.Token() } } : [];
        using var channel = secure ? server.Channel() : GrpcChannel.ForAddress($"http://{server.Running.Server.Addresses.Xds}");
        await Parallel.ForEachAsync(Enumerable.Range(0, Mutants).Select(_ => Mutate(seed, random)).ToList(), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (mutant, _) =>
        {
            using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, new CallOptions(headers, DateTime.UtcNow.AddMinutes(2)));
            try
            {
                await call.RequestStream.WriteAsync(mutant, CancellationToken.None);
                await call.RequestStream.CompleteAsync();
            }
            catch (RpcException)
            {
                // It was refused before all was written; reading says why.
            }

            try
            {
                while (await call.ResponseStream.MoveNext(CancellationToken.None))
                {
                }
            }
            catch (RpcException fault)
            {
                // That is what every gRPC server says of bytes that are no message.
                var unreadable = fault.Status.Detail.StartsWith("The message can't be read as", StringComparison.Ordinal);
                Assert.True(unreadable || fault.StatusCode is not (StatusCode.Internal or StatusCode.Unknown or StatusCode.DeadlineExceeded), fault.ToString());
            }
        });

        Assert.Equal(HttpStatusCode.OK, (await server.Running.GetAsync("/ready")).Status);
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var mutant = seed.ToArray();
        for (var change = random.Next(1, 5); change > 0; change--)
            mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? mutant[..random.Next(mutant.Length)] : mutant;
    }
}
