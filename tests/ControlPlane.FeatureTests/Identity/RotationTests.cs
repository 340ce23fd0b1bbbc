using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Model.Delivery;
using Envoy.Extensions.TransportSockets.Tls.V3;

namespace ControlPlane.FeatureTests.Identity;

/// <summary>A root is replaced, twice, while clients are connected: at every moment each trusts each, and no stream ends.</summary>
public class RotationTests
{
    private const int Clients = 100;

    [Fact]
    public async Task Root_ReplacedTwiceUnderLiveClients_BreaksNoTrustAndNoStream()
    {
        await using var server = await SecureServer.StartAsync();
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Follower.StartAsync(server, $"sa{i}")));
        var serials = new HashSet<string>();
        try
        {
            for (var round = 0; round < 2; round++)
            {
                foreach (var step in new[] { "prepare", "activate", "retire" })
                {
                    var before = clients.Select(client => client.Now).ToList();
                    Assert.Equal(step == "prepare" ? 1 : 2, Trusted(await server.AuthorityAsync("status")));
                    await server.AuthorityAsync(step, force: step != "prepare");
                    await server.Running.Server.Authority.RefreshAsync(default);
                    await Task.WhenAll(clients.Select(client => client.FollowAsync(certificate: step == "activate")));

                    // Some clients have followed already, others not yet: each still trusts each.
                    for (var i = 0; i < Clients; i++)
                    {
                        Assert.True(Trusts(before[i].Roots, clients[(i + 1) % Clients].Now.Chain), $"{step}: one that has not followed yet refuses one that has");
                        Assert.True(Trusts(clients[i].Now.Roots, before[(i + 1) % Clients].Chain), $"{step}: one that has followed refuses one that has not yet");
                    }

                    using var certificate = await server.CertificateAsync(server.Token());
                    serials.Add(certificate.Issuer);
                }
            }
        }
        finally
        {
            foreach (var client in clients)
                client.Dispose();
        }

        Assert.Equal(3, serials.Count);
    }

    private static int Trusted(JsonElement status) => status.GetProperty("trusted").GetArrayLength();

    private static bool Trusts(string roots, string chain)
    {
        using var leaf = X509Certificate2.CreateFromPem(chain);
        using var built = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        built.ChainPolicy.CustomTrustStore.ImportFromPem(roots);
        return built.Build(leaf);
    }

    /// <summary>An Envoy as far as secrets go.</summary>
    private sealed class Follower(AdsClient ads) : IDisposable
    {
        public (string Chain, string Roots) Now { get; private set; }

        public static async Task<Follower> StartAsync(SecureServer server, string account)
        {
            var ads = server.Connect(server.Token(account: account), $$"""
                {"id": "sidecar~10.1.0.11~{{account}}.shop~shop.svc.cluster.local", "metadata": {"NAMESPACE": "shop", "SERVICE_ACCOUNT": "{{account}}", "AGENT": "none"} }
                """);
            var follower = new Follower(ads);
            await follower.TakeAsync(await ads.AskAsync(XdsType.Secret.TypeUrl(), "default", "ROOTCA"));
            return follower;
        }

        /// <summary>Reads until the roots, and where it is so the certificate, have changed.</summary>
        public async Task FollowAsync(bool certificate)
        {
            var before = Now;
            while (certificate ? Now.Chain == before.Chain : Now.Roots == before.Roots)
                await TakeAsync(await ads.ReadAsync());
        }

        public void Dispose() => ads.Dispose();

        private async Task TakeAsync(Envoy.Service.Discovery.V3.DiscoveryResponse response)
        {
            foreach (var secret in response.Resources.Select(resource => resource.Unpack<Secret>()))
            {
                Now = secret.Name == "ROOTCA"
                    ? (Now.Chain, secret.ValidationContext.TrustedCa.InlineBytes.ToStringUtf8())
                    : (secret.TlsCertificate.CertificateChain.InlineBytes.ToStringUtf8(), Now.Roots);
            }

            await ads.AckAsync(response);
        }
    }
}
