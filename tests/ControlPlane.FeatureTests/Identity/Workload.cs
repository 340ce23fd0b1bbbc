using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Model.Delivery;
using ControlPlane.Security.CertificateService;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Grpc.Core;
using Istio.V1.Auth;

namespace ControlPlane.FeatureTests.Identity;

/// <summary>A workload with an identity of the mesh: what it was given last is what it uses.</summary>
internal abstract class Workload(string account) : IDisposable
{
    private volatile Credentials? _now;

    /// <summary>Its identity.</summary>
    public string Identity { get; } = $"spiffe://cluster.local/ns/shop/sa/{account}";

    /// <summary>What it was given last.</summary>
    public Credentials Now
    {
        get => _now!;
        protected set => _now = value;
    }

    /// <summary>Waits until it has what a step of a rotation brings: other roots, another certificate, or both.</summary>
    public abstract Task FollowAsync(bool roots, bool certificate);

    public abstract void Dispose();
}

/// <summary>An Envoy without an agent: key, certificate and roots come over its stream, pushed.</summary>
internal sealed class StreamingWorkload : Workload
{
    private readonly AdsClient _ads;
    private string _chain = "", _key = "", _roots = "";

    private StreamingWorkload(string account, AdsClient ads)
        : base(account) => _ads = ads;

    public static async Task<StreamingWorkload> StartAsync(SecureServer server, string account)
    {
        var workload = new StreamingWorkload(account, server.Connect(server.Token(account: account), $$"""
            {"id": "sidecar~10.1.0.11~{{account}}.shop~shop.svc.cluster.local", "metadata": {"NAMESPACE": "shop", "SERVICE_ACCOUNT": "{{account}}", "AGENT": "none"} }
            """));
        await workload.TakeAsync(await workload._ads.AskAsync(XdsType.Secret.TypeUrl(), "default", "ROOTCA"));
        return workload;
    }

    public override async Task FollowAsync(bool roots, bool certificate)
    {
        var (chainBefore, rootsBefore) = (_chain, _roots);
        while ((certificate && _chain == chainBefore) || (roots && _roots == rootsBefore))
            await TakeAsync(await _ads.ReadAsync());
    }

    public override void Dispose() => _ads.Dispose();

    private async Task TakeAsync(Envoy.Service.Discovery.V3.DiscoveryResponse response)
    {
        foreach (var secret in response.Resources.Select(resource => resource.Unpack<Secret>()))
        {
            if (secret.Name == "ROOTCA")
                _roots = secret.ValidationContext.TrustedCa.InlineBytes.ToStringUtf8();
            else
                (_chain, _key) = (secret.TlsCertificate.CertificateChain.InlineBytes.ToStringUtf8(), secret.TlsCertificate.PrivateKey.InlineBytes.ToStringUtf8());
        }

        Now = new Credentials(_chain, _key, _roots);
        await _ads.AckAsync(response);
    }
}

/// <summary>A workload with an agent: it makes its key, asks for a certificate, and learns of roots with the answer only.</summary>
internal sealed class AgentWorkload : Workload
{
    private readonly SecureServer _server;
    private readonly string _token;

    private AgentWorkload(SecureServer server, string account)
        : base(account) => (_server, _token) = (server, server.Token(account: account));

    public static async Task<AgentWorkload> StartAsync(SecureServer server, string account)
    {
        var workload = new AgentWorkload(server, account);
        await workload.RenewAsync();
        return workload;
    }

    public override Task FollowAsync(bool roots, bool certificate) => RenewAsync();

    public override void Dispose()
    {
    }

    private async Task RenewAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var channel = _server.Channel();
        var response = await channel.CreateCallInvoker().AsyncUnaryCall(
            CertificateServiceMethods.CreateCertificate, null, new CallOptions([new("authorization", "Bearer " + _token)]),
            new IstioCertificateRequest { Csr = new CertificateRequest("O=istio", key, HashAlgorithmName.SHA256).CreateSigningRequestPem(), ValidityDuration = 86400 })
            .ResponseAsync.WaitAsync(TimeSpan.FromSeconds(60));
        Now = new Credentials(string.Concat(response.CertChain.SkipLast(1)), key.ExportPkcs8PrivateKeyPem(), response.CertChain[^1]);
    }
}
