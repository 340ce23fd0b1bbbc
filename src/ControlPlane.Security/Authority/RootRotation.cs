using System.Globalization;
using System.Text.Json;
using ControlPlane.Model.Collections;
using ControlPlane.Security.TrustBundles;

namespace ControlPlane.Security.Authority;

/// <summary>
/// Replaces the root of a store step by step, so that at no time two workloads meet of which one doesn't trust the other: prepare (both roots are
/// trusted, the present one signs), activate (the next one signs), retire (only that is trusted). A step waits until every certificate from
/// before the last one has been renewed, and with it the roots that its workload trusts.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="lifetime">The longest lifetime of certificates in use.</param>
/// <param name="time">Wall clock.</param>
public sealed class RootRotation(IAuthorityStore store, TimeSpan lifetime, TimeProvider time)
{
    private const string NextCertificate = "next-ca-cert.pem", NextKey = "next-ca-key.pem", StateFile = "rotation.json";

    /// <summary>Where it stands.</summary>
    /// <exception cref="AuthorityException">The store holds no authority, or a damaged one.</exception>
    public async Task<RotationStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        await DescribeAsync(await ReadAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Makes the next root and lets it be trusted.</summary>
    /// <param name="kind">Its key.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="AuthorityException">A rotation is under way, or the store changed meanwhile.</exception>
    public Task<RotationStatus> PrepareAsync(KeyKind kind, CancellationToken cancellationToken) => ChangeAsync(
        RotationPhase.None, force: true,
        files =>
        {
            var next = SelfSignedRoot.Create(kind, time.GetUtcNow());
            return files.With(
                (NextCertificate, next.CertificatePem), (NextKey, next.KeyPem), (AuthorityFiles.Roots, files.ToMaterial(store.Name).RootsPem + next.RootsPem),
                (StateFile, State(RotationPhase.Prepared)));
        },
        cancellationToken);

    /// <summary>Lets the next root sign.</summary>
    /// <param name="force">Whether neither to wait until all workloads trust it nor to look whether it was published.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="AuthorityException">It is too early, nothing was prepared or published, or the store changed meanwhile.</exception>
    public async Task<RotationStatus> ActivateAsync(bool force, CancellationToken cancellationToken)
    {
        var isPublished = force || await IsPublishedAsync(await ReadAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return await ChangeAsync(
            RotationPhase.Prepared, force,
            files => isPublished
                ? files.With(
                    (AuthorityFiles.Certificate, files.Text(NextCertificate)), (AuthorityFiles.Key, files.Text(NextKey)), (AuthorityFiles.Chain, null),
                    (NextCertificate, null), (NextKey, null), (StateFile, State(RotationPhase.Activated)))
                : throw new AuthorityException($"the next root of {store.Name} has not been published to workloads: see to it that a control plane runs with it, and wait as long again"),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops trusting the former roots.</summary>
    /// <param name="force">Whether not to wait until no certificate of theirs is left.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="AuthorityException">It is too early, nothing was activated, or the store changed meanwhile.</exception>
    public Task<RotationStatus> RetireAsync(bool force, CancellationToken cancellationToken) => ChangeAsync(
        RotationPhase.Activated, force, files => files.With((AuthorityFiles.Roots, files.Text(AuthorityFiles.Certificate)), (StateFile, null)), cancellationToken);

    /// <summary>Gives a prepared root up.</summary>
    /// <exception cref="AuthorityException">Nothing was prepared, or the store changed meanwhile.</exception>
    public Task<RotationStatus> CancelAsync(CancellationToken cancellationToken) => ChangeAsync(
        RotationPhase.Prepared, force: true,
        files =>
        {
            var next = TrustBundle.Read(files.Text(NextCertificate), NextCertificate);
            var rest = TrustBundle.Read(files.Text(AuthorityFiles.Roots), AuthorityFiles.Roots).Roots.Where(root => !next.Contains(root));
            return files.With((AuthorityFiles.Roots, Pems.Write(rest)), (NextCertificate, null), (NextKey, null), (StateFile, null));
        },
        cancellationToken);

    private async Task<RotationStatus> ChangeAsync(
        RotationPhase expected, bool force, Func<AuthorityFiles, AuthorityFiles> change, CancellationToken cancellationToken)
    {
        var files = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var (phase, since) = ReadState(files);
        if (phase != expected)
            throw new AuthorityException($"{store.Name} is at '{Name(phase)}': {NextStep(phase)}");
        if (!force && since + lifetime is { } ready && ready > time.GetUtcNow())
        {
            throw new AuthorityException(string.Create(
                CultureInfo.InvariantCulture,
                $"too early: certificates from before {since:u} may be in use until {ready:u}; wait until then, or use force and lose the workloads that have them"));
        }

        var next = change(files);

        // What can't sign must not be stored.
        _ = CertificateAuthority.Load(next.ToMaterial(store.Name), store.Name);
        if (!await store.TryReplaceAsync(files, next, cancellationToken).ConfigureAwait(false))
            throw new AuthorityException($"{store.Name} was changed by another meanwhile; look at its status and try again");
        await store.PublishRootsAsync(next.Text(AuthorityFiles.Roots), cancellationToken).ConfigureAwait(false);
        return await DescribeAsync(next, cancellationToken).ConfigureAwait(false);
    }

    private async Task<AuthorityFiles> ReadAsync(CancellationToken cancellationToken) =>
        await store.ReadAsync(cancellationToken).ConfigureAwait(false)
        ?? throw new AuthorityException($"{store.Name} holds no authority; the control plane makes one at its first start");

    // Whether workloads can have learned of all roots that are to be trusted.
    private async Task<bool> IsPublishedAsync(AuthorityFiles files, CancellationToken cancellationToken)
    {
        if (await store.ReadPublishedRootsAsync(cancellationToken).ConfigureAwait(false) is not { } pem)
            return false;
        var published = TrustBundle.Read(pem, $"the published roots of {store.Name}");
        return TrustBundle.Read(files.ToMaterial(store.Name).RootsPem, $"the roots of {store.Name}").Roots.All(published.Contains);
    }

    private async Task<RotationStatus> DescribeAsync(AuthorityFiles files, CancellationToken cancellationToken)
    {
        var authority = CertificateAuthority.Load(files.ToMaterial(store.Name), store.Name);
        var (phase, since) = ReadState(files);
        return new RotationStatus(
            store.Name, phase, since, since + lifetime, RotationStatus.Describe(authority.Certificate),
            authority.Roots.Roots.Select(RotationStatus.Describe).ToEquatableArray(), await IsPublishedAsync(files, cancellationToken).ConfigureAwait(false));
    }

    private string State(RotationPhase phase) => JsonSerializer.Serialize(new StateRecord(phase.ToString(), time.GetUtcNow()));

    private (RotationPhase Phase, DateTimeOffset? Since) ReadState(AuthorityFiles files)
    {
        var text = files.Text(StateFile);
        if (text.Length == 0)
            return (RotationPhase.None, null);
        try
        {
            if (JsonSerializer.Deserialize<StateRecord>(text) is { } state && Enum.TryParse<RotationPhase>(state.Phase, out var phase))
                return (phase, state.Since);
        }
        catch (JsonException)
        {
            // As if it were no phase.
        }

        throw new AuthorityException($"{StateFile} of {store.Name} can't be read; restore it from a backup");
    }

    private static string Name(RotationPhase phase) => phase switch
    {
        RotationPhase.Prepared => "prepared",
        RotationPhase.Activated => "activated",
        _ => "no rotation",
    };

    private static string NextStep(RotationPhase phase) => phase switch
    {
        RotationPhase.Prepared => "activate is next, or cancel",
        RotationPhase.Activated => "retire is next",
        _ => "prepare is next",
    };

    private sealed record StateRecord(string Phase, DateTimeOffset Since);
}
