using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.Endpoints;
using ControlPlane.Translation.Envoy.Names;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Everything that a cluster is made from.</summary>
internal abstract record ClusterInput
{
    /// <summary>Name of the cluster.</summary>
    public required string Name { get; init; }

    /// <summary>The mesh's part.</summary>
    public required ClusterSettings Settings { get; init; }

    /// <summary>Whether HTTP/1.1 header names keep their case.</summary>
    public bool PreserveHeaderCase { get; init; }

    /// <summary>Local addresses to connect from: they tell the proxy's own traffic from the application's; empty for the kernel's choice.</summary>
    public EquatableArray<string> SourceAddresses { get; init; }

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Name);

    /// <summary>The cluster that refuses everything.</summary>
    internal sealed record BlackHole : ClusterInput
    {
        /// <inheritdoc/>
        public override int GetHashCode() => base.GetHashCode();
    }

    /// <summary>A cluster that passes everything to its original destination.</summary>
    internal sealed record Passthrough : ClusterInput
    {
        /// <summary>Whether it exchanges metadata with the peer (outbound).</summary>
        public bool ExchangesMetadata { get; init; }

        /// <inheritdoc/>
        public override int GetHashCode() => base.GetHashCode();
    }

    /// <summary>The cluster that resolves the host of any request.</summary>
    internal sealed record AllowAny : ClusterInput
    {
        /// <summary>Families that names are resolved to.</summary>
        public DnsFamily DnsFamily { get; init; }

        /// <summary>The agent's resolver, <c>address:port</c>; null for the system's.</summary>
        public string? Resolver { get; init; }

        /// <summary>TLS that is originated towards all these hosts, null for none.</summary>
        public UpstreamTls? Tls { get; init; }

        /// <inheritdoc/>
        public override int GetHashCode() => base.GetHashCode();
    }

    /// <summary>The user's own server of secrets, behind a socket at a fixed path.</summary>
    internal sealed record SecretServer : ClusterInput
    {
        /// <summary>Path of the socket.</summary>
        public required string Path { get; init; }

        /// <inheritdoc/>
        public override int GetHashCode() => base.GetHashCode();
    }

    /// <summary>A port of a service, outbound, or of the workload itself, inbound.</summary>
    internal sealed record Service : ClusterInput
    {
        /// <summary>Whether it is outbound.</summary>
        public bool Outbound { get; init; }

        /// <summary>Name of the statistics without its delimiter.</summary>
        public required string StatName { get; init; }

        /// <summary>How it finds its hosts.</summary>
        public ClusterDiscovery Discovery { get; init; }

        /// <summary>Protocol family and version of the port.</summary>
        public UpstreamProtocol Protocol { get; init; }

        /// <summary>The policy in force.</summary>
        public ClusterPolicy Policy { get; init; } = ClusterPolicy.None;

        /// <summary>TLS, null for plaintext.</summary>
        public UpstreamTls? Tls { get; init; }

        /// <summary>The services behind it, for telemetry.</summary>
        public EquatableArray<ServiceName> Services { get; init; }

        /// <summary>Whether the service lies outside the mesh.</summary>
        public bool MeshExternal { get; init; }

        /// <summary>Subset, "" for none.</summary>
        public string Subset { get; init; } = "";

        /// <summary>API path of the rule that made the policy, "" for none.</summary>
        public string ConfigPath { get; init; } = "";

        /// <summary>Preference of the service for near endpoints, "" for none.</summary>
        public string TrafficDistribution { get; init; } = "";

        /// <summary>Whether sessions may hold on to draining endpoints.</summary>
        public bool KeepsSessions { get; init; }

        /// <summary>The hosts, where they are part of the cluster.</summary>
        public EndpointInput? Assignment { get; init; }

        /// <summary>Families that names are resolved to.</summary>
        public DnsFamily DnsFamily { get; init; }

        /// <summary>The host, with its wildcard, whose names are resolved per request; "" for clusters that do otherwise.</summary>
        public string DynamicHost { get; init; } = "";

        /// <summary>Whether it says how to resolve names though it goes to original destinations.</summary>
        public bool KeepsDnsSettings { get; init; }

        /// <summary>Port to connect to instead of the original one, 0 for that one.</summary>
        public int PortOverride { get; init; }

        /// <inheritdoc/>
        public override int GetHashCode() => base.GetHashCode();
    }
}
