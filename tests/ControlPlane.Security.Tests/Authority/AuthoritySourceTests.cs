using ControlPlane.Security.Authority;
using ControlPlane.Security.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Security.Tests.Authority;

public sealed class AuthoritySourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FirstStart_ByManyAtOnce_MakesOneRoot()
    {
        for (var round = 0; round < 20; round++)
        {
            var directory = _folder.File($"data-{round}");
            var all = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Source(directory).ReadAsync(default))));

            Assert.Single(all.Select(material => material.CertificatePem).Distinct());
            Assert.Equal(all[0].RootsPem, await File.ReadAllTextAsync(Path.Combine(directory, "root-cert.pem")));
            Assert.DoesNotContain(Directory.EnumerateFiles(directory), file => file.EndsWith(".new", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task S21_FilesWithKeys_AreForTheirOwnerAlone()
    {
        var directory = _folder.File("data");
        await Source(directory).ReadAsync(default);

        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(directory, "authority.json")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory));
    }

    [Fact]
    public async Task Restart_KeepsTheRoot()
    {
        var first = await Source(_folder.Path).ReadAsync(default);
        var second = await Source(_folder.Path).ReadAsync(default);

        Assert.True(first.SameAs(second));
    }

    [Fact]
    public async Task LostKey_IsNotReplacedInSilence()
    {
        await Source(_folder.Path).ReadAsync(default);
        File.Delete(_folder.File("authority.json"));

        var fault = await Assert.ThrowsAsync<AuthorityException>(() => Source(_folder.Path).ReadAsync(default));
        Assert.Contains("restore it from a backup", fault.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.File("root-cert.pem"), fault.Message, StringComparison.Ordinal);

        File.Delete(_folder.File("root-cert.pem"));
        await Source(_folder.Path).ReadAsync(default);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"ca-cert.pem": "x"}""")]
    public async Task DamagedStore_IsReportedAndLeftAlone(string text)
    {
        await Source(_folder.Path).ReadAsync(default);
        _folder.Write("authority.json", text);

        await Assert.ThrowsAsync<AuthorityException>(() => Source(_folder.Path).ReadAsync(default));
        Assert.Equal(text, await File.ReadAllTextAsync(_folder.File("authority.json")));
    }

    [Fact]
    public async Task PluggedAuthority_ThatIsReplaced_IsTakenOver_AndABadOneIsNot()
    {
        Plug(Authorities.Intermediate());
        var current = new CurrentAuthority();
        using var keeper = new AuthorityKeeper(new PluggedAuthoritySource(_folder.Path), current, TimeProvider.System, NullLogger<AuthorityKeeper>.Instance);
        await keeper.LoadAsync(default);
        var first = current.Value!;
        await keeper.RefreshAsync(default);
        Assert.Same(first, current.Value);

        var second = Authorities.Intermediate();
        _folder.Write("ca-cert.pem", second.CertificatePem);
        await keeper.RefreshAsync(default);
        Assert.Same(first, current.Value);

        Plug(second);
        await keeper.RefreshAsync(default);
        Assert.NotEqual(first.Certificate.Thumbprint, current.Value!.Certificate.Thumbprint);
        Assert.Single(current.Value.IntermediatesPem);
    }

    [Fact]
    public void S20_PluggedAuthority_Faults_NameTheFileAndNeverTheKey()
    {
        var good = Authorities.Intermediate();
        var other = Authorities.Intermediate();
        AuthorityMaterial[] bad =
        [
            new(good.CertificatePem, other.KeyPem, good.ChainPem, good.RootsPem),
            new(good.CertificatePem, good.KeyPem[..60] + "\n-----END PRIVATE KEY-----", good.ChainPem, good.RootsPem),
            new(good.CertificatePem, good.KeyPem, "", other.RootsPem),
            new(good.CertificatePem, good.KeyPem, "", ""),
            new("", good.KeyPem, "", good.RootsPem),
            new("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", good.KeyPem, "", good.RootsPem),
        ];
        foreach (var material in bad)
        {
            var fault = Assert.Throws<AuthorityException>(() => CertificateAuthority.Load(material, "the-directory"));
            Assert.Contains("the-directory", fault.Message, StringComparison.Ordinal);
            foreach (var line in (good.KeyPem + other.KeyPem).Split('\n').Where(line => line.Length > 20 && !line.StartsWith('-')))
                Assert.DoesNotContain(line, fault.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("PRIVATE", good.ToString() + AuthorityFiles.Of(good), StringComparison.Ordinal);
    }

    private static StoredAuthoritySource Source(string directory) => new(new DirectoryAuthorityStore(directory), KeyKind.EcdsaP256, TimeProvider.System);

    private void Plug(AuthorityMaterial material)
    {
        foreach (var (name, text) in AuthorityFiles.Of(material).Texts)
            _folder.Write(name, text);
    }
}
