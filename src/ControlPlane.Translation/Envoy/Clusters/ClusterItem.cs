using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.Endpoints;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Views.Inbound;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Names one cluster of the mesh as one kind of proxy gets it.</summary>
internal abstract record ClusterItem
{
    /// <summary>The cluster that refuses everything.</summary>
    internal sealed record BlackHole : ClusterItem;

    /// <summary>The original destinations of outbound connections.</summary>
    /// <param name="PreserveHeaderCase">Whether HTTP/1.1 header names keep their case.</param>
    internal sealed record Passthrough(bool PreserveHeaderCase) : ClusterItem;

    /// <summary>The original destinations of inbound connections.</summary>
    /// <param name="PreserveHeaderCase">Whether HTTP/1.1 header names keep their case.</param>
    /// <param name="SourceAddresses">Local addresses to connect from.</param>
    internal sealed record InboundPassthrough(bool PreserveHeaderCase, EquatableArray<string> SourceAddresses) : ClusterItem;

    /// <summary>Resolves the host of any request.</summary>
    /// <param name="PreserveHeaderCase">Whether HTTP/1.1 header names keep their case.</param>
    /// <param name="DnsFamily">Families that names are resolved to.</param>
    /// <param name="Resolver">The agent's resolver, null for the system's.</param>
    internal sealed record AllowAny(bool PreserveHeaderCase, DnsFamily DnsFamily, string? Resolver) : ClusterItem;

    /// <summary>The user's own server of secrets.</summary>
    internal sealed record SecretServer : ClusterItem;

    /// <summary>A port of a service.</summary>
    /// <param name="Cluster">The cluster, whatever its endpoints are.</param>
    /// <param name="Traits">What of the proxy matters.</param>
    /// <param name="Endpoints">What of the proxy matters for hosts that are part of the cluster; null where they are not.</param>
    internal sealed record Service(ServiceCluster Cluster, ClusterTraits Traits, EndpointTraits? Endpoints) : ClusterItem
    {
        /// <inheritdoc/>
        public override int GetHashCode() => Cluster.GetHashCode();
    }

    /// <summary>A port of the workload itself that a Sidecar declares.</summary>
    /// <param name="Port">The port.</param>
    /// <param name="PortName">Its name.</param>
    /// <param name="Protocol">Its protocol.</param>
    /// <param name="Endpoint">Where the application listens.</param>
    internal sealed record Ingress(int Port, string PortName, Protocol Protocol, IngressEndpoint Endpoint) : ClusterItem
    {
        /// <summary>The service that leads to the port, else what the Sidecar is called.</summary>
        public required ServiceName Owner { get; init; }

        /// <summary>Whether there is such a service.</summary>
        public bool HasService { get; init; }

        /// <summary>Whether HTTP/1.1 header names keep their case.</summary>
        public bool PreserveHeaderCase { get; init; }

        /// <summary>Local addresses to connect from.</summary>
        public EquatableArray<string> SourceAddresses { get; init; }

        /// <summary>What the Sidecar and the rule of the service say.</summary>
        public ClusterPolicy Policy { get; init; } = ClusterPolicy.None;

        /// <summary>API path of that rule, "" where none says anything.</summary>
        public string ConfigPath { get; init; } = "";

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Port, Endpoint);
    }

    /// <summary>A port of the workload itself.</summary>
    /// <param name="Port">The port and the services that lead to it.</param>
    /// <param name="PreserveHeaderCase">Whether HTTP/1.1 header names keep their case.</param>
    /// <param name="SourceAddresses">Local addresses to connect from.</param>
    /// <param name="Loopback">Address that connections go to where the mesh sends them to the loopback.</param>
    internal sealed record Inbound(InboundPort Port, bool PreserveHeaderCase, EquatableArray<string> SourceAddresses, string Loopback) : ClusterItem
    {
        /// <summary>What the rule of the port's first service says.</summary>
        public ClusterPolicy Policy { get; init; } = ClusterPolicy.None;

        /// <summary>API path of that rule, "" where none says anything.</summary>
        public string ConfigPath { get; init; } = "";

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Port.Target, string.GetHashCode(Port.Primary.Host));
    }
}
