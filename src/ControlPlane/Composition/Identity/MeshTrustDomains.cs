using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Engine;
using ControlPlane.Security.Identities;
using ControlPlane.Translation.Views.Mesh;

namespace ControlPlane.Composition.Identity;

/// <summary>The trust domains that the mesh configuration names now. Safe for concurrent use.</summary>
internal sealed class MeshTrustDomains(MeshEngine engine) : ITrustDomains
{
    private volatile Known? _known;

    public string? Current => engine.IsReady ? Read().TrustDomain : null;

    public bool Contains(string trustDomain)
    {
        if (!engine.IsReady)
            return false;
        var known = Read();
        return trustDomain == known.TrustDomain || known.Aliases.Contains(trustDomain);
    }

    private Known Read()
    {
        var snapshot = engine.Snapshot;
        var config = snapshot.Table(Tables.MeshConfig).Find(Tables.MeshConfigKey);
        if (_known is { } known && ReferenceEquals(known.Config, config))
            return known;
        var settings = new DerivationGraph(snapshot).Get(MeshSettings.Current, default);
        return _known = new Known(config, settings.TrustDomain, [.. settings.Config.TrustDomainAliases]);
    }

    private sealed record Known(ConfigObject? Config, string TrustDomain, HashSet<string> Aliases);
}
