using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Views.Endpoints;

/// <summary>The workload behind an endpoint. One instance serves all ports and services of a Pod as far as they were read together.</summary>
public sealed record EndpointWorkload
{
    /// <summary>The <see cref="TlsMode"/> of workloads that take Istio's mutual TLS.</summary>
    public const string IstioMutualTls = "istio";

    /// <summary>The <see cref="TlsMode"/> of workloads that take plaintext only.</summary>
    public const string NoTls = "disabled";

    /// <summary>Name of the workload (deployment, job, ...), "" where unknown.</summary>
    public string Name { get; init; } = "";

    /// <summary>Namespace, "" where unknown.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Labels of the Pod or WorkloadEntry, without those that follow from its place.</summary>
    public LabelMap Labels { get; init; } = LabelMap.Empty;

    /// <summary>SPIFFE name, "" where unknown.</summary>
    public string Identity { get; init; } = "";

    /// <summary>What its label security.istio.io/tlsMode says; <see cref="NoTls"/> where it has none.</summary>
    public string TlsMode { get; init; } = NoTls;

    /// <summary>Whether it takes Istio's mutual TLS.</summary>
    public bool AcceptsMtls => TlsMode == IstioMutualTls;

    /// <summary><c>region/zone/subzone</c>, as istiod writes it: parts may be empty; "" where unknown.</summary>
    public string Locality { get; init; } = "";

    /// <summary>Network, "" where unknown.</summary>
    public string Network { get; init; } = "";

    /// <summary>Cluster.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Kubernetes node, "" where unknown.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>Name of the Pod within its <see cref="Subdomain"/>, "" where it has none.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>spec.subdomain of the Pod, "" where absent.</summary>
    public string Subdomain { get; init; } = "";

    /// <summary>Whether the label istio.io/draining asks to move traffic away.</summary>
    public bool Draining { get; init; }

    /// <summary>
    /// What telemetry of clients says of it, in short: workload, namespace, canonical name, canonical revision ("" for latest),
    /// cluster, joined by semicolons. Made when it is asked for, as there may be one for each Pod.
    /// </summary>
    public string Telemetry => WorkloadNames.Telemetry(Name, Namespace, Labels, Cluster);

    /// <summary>Whether telemetry says the same of another.</summary>
    public bool HasTelemetryOf(EndpointWorkload other) =>
        ReferenceEquals(this, other)
        || (Name == other.Name && Namespace == other.Namespace && Cluster == other.Cluster
            && (Labels.Equals(other.Labels) || Telemetry == other.Telemetry));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(string.GetHashCode(Name), string.GetHashCode(Identity), Labels);
}
