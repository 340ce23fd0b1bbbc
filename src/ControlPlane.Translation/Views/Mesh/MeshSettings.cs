using ControlPlane.Model.Collections;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Snapshots;
using Istio.Mesh.V1Alpha1;

namespace ControlPlane.Translation.Views.Mesh;

/// <summary>
/// The mesh configuration that is in force: Istio's defaults overlaid by what the user set. Compared by value; the hash code is
/// computed once. Builders should not carry it in their inputs but only the few values that they use.
/// </summary>
public sealed class MeshSettings : IEquatable<MeshSettings>
{
    private readonly int _hash;

    internal MeshSettings(MeshConfig config, EquatableArray<Diagnostic> diagnostics)
    {
        Config = config;
        Diagnostics = diagnostics;
        _hash = config.GetHashCode();
    }

    /// <summary>The settings now.</summary>
    public static Derivation<Unit, MeshSettings> Current { get; } =
        new("MeshSettings", (reader, _) => MeshSettingsReader.Read(reader.Find(Tables.MeshConfig, Tables.MeshConfigKey)));

    /// <summary>The whole configuration. Never written to.</summary>
    public MeshConfig Config { get; }

    /// <summary>What was wrong with the user's text.</summary>
    public EquatableArray<Diagnostic> Diagnostics { get; }

    /// <summary>Root namespace, istio-system by default.</summary>
    public string RootNamespace => Config.RootNamespace;

    /// <summary>SPIFFE trust domain, cluster.local by default.</summary>
    public string TrustDomain => Config.TrustDomain;

    /// <summary>Suffix of Kubernetes service hosts. Istio takes it from the cluster, not from the mesh configuration.</summary>
    public string DomainSuffix { get; } = "cluster.local";

    /// <summary>Name of the Kubernetes cluster that the objects come from, as endpoints report it.</summary>
    public string ClusterId { get; } = "Kubernetes";

    /// <inheritdoc/>
    public bool Equals(MeshSettings? other) =>
        ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash && Config.Equals(other.Config) && Diagnostics == other.Diagnostics);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MeshSettings);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;
}
