using ControlPlane.Model.Delivery;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Identities;
using ControlPlane.Security.Signing;
using ControlPlane.Security.Tests.Support;
using ControlPlane.Security.Workloads;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Security.Tests.Workloads;

public sealed class WorkloadSecretsTests
{
    private static readonly NameSet Both = NameSet.From(["default", "ROOTCA", "kubernetes://other"]);

    private readonly ManualClock _clock = new();
    private readonly CurrentAuthority _current;

    private readonly WorkloadSecretFactory _factory;

    public WorkloadSecretsTests()
    {
        _current = Authorities.NewRoot(time: _clock);
        _factory = Factory(_current);
    }

    [Fact]
    public void Secrets_AreMadeWhenAskedFor_AndStayTheSame()
    {
        using var secrets = Open("web");
        Assert.Empty(secrets.Find(NameSet.From(["other"])));
        var first = secrets.Find(Both);

        Assert.Equal(["default", "ROOTCA"], first.Select(secret => secret.Name));
        Assert.Equal(first, secrets.Find(Both));
        Assert.Single(secrets.Find(NameSet.From(["ROOTCA"])));
        Assert.Equal(_current.Value!.Roots.Pem, Parse(first[1]).ValidationContext.TrustedCa.InlineBytes.ToStringUtf8());
    }

    [Fact]
    public void S4_Secrets_OfTwoStreams_ShareNoKey()
    {
        using var web = Open("web");
        using var again = Open("web");

        Assert.NotEqual(Key(web), Key(again));
        Assert.NotEqual(web.Find(Both)[0].Version, again.Find(Both)[0].Version);
        Assert.Same(web.Find(Both)[1], again.Find(Both)[1]);
    }

    [Fact]
    public void Certificate_IsMadeAnewAtHalfOfItsLife_WithAnotherKey()
    {
        using var secrets = Open("web");
        var told = 0;
        secrets.Changed += () => told++;
        var first = Key(secrets);
        _clock.Advance(TimeSpan.FromHours(11.9));
        Assert.Equal((0, first), (told, Key(secrets)));
        _clock.Advance(TimeSpan.FromHours(0.2));
        Assert.Equal(1, told);
        Assert.NotEqual(first, Key(secrets));
        _clock.Advance(TimeSpan.FromHours(12));
        Assert.Equal(2, told);
    }

    [Fact]
    public void Authority_ThatChanges_IsToldToStreams_AndANewRootAloneKeepsTheirCertificates()
    {
        using var secrets = Open("web");
        var told = 0;
        secrets.Changed += () => told++;
        var first = Key(secrets);
        var material = _current.Value!.Material;
        var next = SelfSignedRoot.Create(KeyKind.EcdsaP256, _clock.GetUtcNow());
        _current.Set(CertificateAuthority.Load(material.WithRoots(material.RootsPem + next.RootsPem), "test"));
        Assert.Equal((1, first), (told, Key(secrets)));
        Assert.Equal(2, Parse(secrets.Find(Both)[1]).ValidationContext.TrustedCa.InlineBytes.ToStringUtf8().Split("BEGIN").Length - 1);

        _current.Set(CertificateAuthority.Load(next.WithRoots(material.RootsPem + next.RootsPem), "test"));
        Assert.NotEqual(first, Key(secrets));
        Assert.Equal(2, told);
    }

    [Theory]
    [InlineData(300 * 24)]
    [InlineData(1.0 / 3600)]
    public void Certificate_ThatLivesVeryLongOrHardlyAtAll_IsRenewedAllTheSame(double hours)
    {
        var lifetime = TimeSpan.FromHours(hours);
        var policy = new CertificatePolicy(lifetime, lifetime);
        var factory = new WorkloadSecretFactory(new CertificateIssuer(_current, policy, TimeProvider.System), _current, TimeProvider.System, NullLogger<WorkloadSecretFactory>.Instance);
        using var secrets = factory.Open(SpiffeId.Create("cluster.local", "shop", "web"), "node");

        Assert.Equal(2, secrets.Find(Both).Count);
    }

    [Fact]
    public void Disposed_HearsNothingMore()
    {
        var secrets = Open("web");
        var told = 0;
        secrets.Changed += () => told++;
        secrets.Find(Both);
        secrets.Dispose();
        _clock.Advance(TimeSpan.FromHours(20));
        _current.Set(CertificateAuthority.Load(SelfSignedRoot.Create(KeyKind.EcdsaP256, _clock.GetUtcNow()), "test"));

        Assert.Equal(0, told);
    }

    [Fact]
    public void WithoutAuthority_ThereIsNoSecret_AndItIsTriedAgain()
    {
        var current = new CurrentAuthority();
        using var secrets = Factory(current).Open(SpiffeId.Create("cluster.local", "shop", "web"), "n");
        Assert.Empty(secrets.Find(Both));
        current.Set(_current.Value!);
        Assert.Equal(2, secrets.Find(Both).Count);
    }

    private WorkloadSecretFactory Factory(CurrentAuthority current) =>
        new(new CertificateIssuer(current, CertificatePolicy.Default, _clock), current, _clock, NullLogger<WorkloadSecretFactory>.Instance);

    private WorkloadSecrets Open(string account) => _factory.Open(SpiffeId.Create("cluster.local", "shop", account), "node");

    private static string Key(WorkloadSecrets secrets) => Parse(secrets.Find(Both)[0]).TlsCertificate.PrivateKey.InlineBytes.ToStringUtf8();

    private static Secret Parse(EncodedResource resource) => Secret.Parser.ParseFrom(resource.Body.Span);
}
