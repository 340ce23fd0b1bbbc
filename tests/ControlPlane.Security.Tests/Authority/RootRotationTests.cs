using ControlPlane.Security.Authority;
using ControlPlane.Security.Tests.Support;

namespace ControlPlane.Security.Tests.Authority;

public sealed class RootRotationTests : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();
    private readonly DirectoryAuthorityStore _store;
    private readonly RootRotation _rotation;

    public RootRotationTests()
    {
        _store = new DirectoryAuthorityStore(_folder.File("data"));
        _rotation = new RootRotation(_store, Lifetime, _clock);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rotation_StepByStep_TrustsBothInBetween_AndPublishesWhatIsTrusted()
    {
        var old = (await Source().ReadAsync(default)).CertificatePem;
        var prepared = await _rotation.PrepareAsync(KeyKind.Rsa2048, default);
        Assert.Equal((RotationPhase.Prepared, 2), (prepared.Phase, prepared.Trusted.Count));
        Assert.Equal(prepared.Signing, prepared.Trusted[0]);
        Assert.Equal(old, (await Source().ReadAsync(default)).CertificatePem);

        _clock.Advance(Lifetime);
        var activated = await _rotation.ActivateAsync(force: false, default);
        Assert.Equal((RotationPhase.Activated, 2), (activated.Phase, activated.Trusted.Count));
        Assert.Equal(activated.Signing, activated.Trusted[1]);
        Assert.NotEqual(old, (await Source().ReadAsync(default)).CertificatePem);

        _clock.Advance(Lifetime);
        var retired = await _rotation.RetireAsync(force: false, default);
        Assert.Equal((RotationPhase.None, 1), (retired.Phase, retired.Trusted.Count));
        Assert.Equal(activated.Signing, retired.Signing);
        var material = await Source().ReadAsync(default);
        Assert.Equal(material.CertificatePem, material.RootsPem);
        Assert.Equal(material.RootsPem, await _store.ReadPublishedRootsAsync(default));
        Assert.Equal([AuthorityFiles.Certificate, AuthorityFiles.Key, AuthorityFiles.Roots], (await _store.ReadAsync(default))!.Texts.Keys);
    }

    [Fact]
    public async Task Step_ThatIsTooEarlyOrOutOfTurn_IsRefused_UnlessForced()
    {
        await Source().ReadAsync(default);
        await Assert.ThrowsAsync<AuthorityException>(() => _rotation.ActivateAsync(force: true, default));
        await Assert.ThrowsAsync<AuthorityException>(() => _rotation.RetireAsync(force: true, default));
        await _rotation.PrepareAsync(KeyKind.EcdsaP256, default);
        await Assert.ThrowsAsync<AuthorityException>(() => _rotation.PrepareAsync(KeyKind.EcdsaP256, default));
        _clock.Advance(Lifetime - TimeSpan.FromSeconds(1));
        Assert.Contains("too early", (await Assert.ThrowsAsync<AuthorityException>(() => _rotation.ActivateAsync(force: false, default))).Message, StringComparison.Ordinal);
        await _rotation.ActivateAsync(force: true, default);
        Assert.Contains("too early", (await Assert.ThrowsAsync<AuthorityException>(() => _rotation.RetireAsync(force: false, default))).Message, StringComparison.Ordinal);
        await _rotation.RetireAsync(force: true, default);
    }

    [Fact]
    public async Task Activation_OfARootThatNoControlPlaneHasPublished_IsRefused_UnlessForced()
    {
        await Source().ReadAsync(default);
        var before = (await _store.ReadPublishedRootsAsync(default))!;
        Assert.True((await _rotation.PrepareAsync(KeyKind.EcdsaP256, default)).IsPublished);

        // As in a cluster whose control plane does not run: nobody has written the ConfigMap.
        await _store.PublishRootsAsync(before, default);
        _clock.Advance(Lifetime);
        Assert.False((await _rotation.GetStatusAsync(default)).IsPublished);
        Assert.Contains("has not been published", (await Assert.ThrowsAsync<AuthorityException>(() => _rotation.ActivateAsync(force: false, default))).Message, StringComparison.Ordinal);
        await Source().ReadAsync(default);
        Assert.True((await _rotation.GetStatusAsync(default)).IsPublished);
        await _rotation.ActivateAsync(force: false, default);
    }

    [Fact]
    public async Task Cancel_GivesTheNextRootUp()
    {
        var before = await Source().ReadAsync(default);
        await _rotation.PrepareAsync(KeyKind.EcdsaP256, default);
        await _rotation.CancelAsync(default);

        Assert.True(before.SameAs(await Source().ReadAsync(default)));
        await Assert.ThrowsAsync<AuthorityException>(() => _rotation.CancelAsync(default));
    }

    [Fact]
    public async Task Steps_OfManyAtOnce_HappenOnce()
    {
        await Source().ReadAsync(default);
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            try
            {
                await _rotation.PrepareAsync(KeyKind.EcdsaP256, default);
                return true;
            }
            catch (AuthorityException)
            {
                return false;
            }
        })));

        Assert.Single(results, done => done);
        Assert.Equal(2, (await _rotation.GetStatusAsync(default)).Trusted.Count);
    }

    private StoredAuthoritySource Source() => new(_store, KeyKind.EcdsaP256, _clock);
}
