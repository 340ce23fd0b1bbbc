using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>A VirtualService as translation reads it: every host in it is fully qualified.</summary>
public sealed record VirtualServiceSpec
{
    /// <summary>The gateway that stands for all sidecars.</summary>
    public const string Mesh = "mesh";

    /// <summary>Namespace and name.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>Age; the order of VirtualServices is by this, then name, then namespace.</summary>
    public DateTime CreationTime { get; init; }

    /// <summary>The hosts that it speaks of, in the case of the object; empty for one that others delegate to.</summary>
    public EquatableArray<string> Hosts { get; init; }

    /// <summary><see cref="Hosts"/> in lower case, as virtual hosts are named and compared.</summary>
    public EquatableArray<string> LowerHosts { get; init; }

    /// <summary>The gateways that it is for: <see cref="Mesh"/>, or <c>namespace/name</c>. Never empty.</summary>
    public EquatableArray<string> Gateways { get; init; }

    /// <summary>exportTo with "." replaced by the own namespace, sorted; empty where the mesh's default holds.</summary>
    public EquatableArray<string> ExportTo { get; init; }

    /// <summary>Routes of requests, in order.</summary>
    public EquatableArray<Frozen<HTTPRoute>> Http { get; init; }

    /// <summary>Routes of TLS connections by server name, in order.</summary>
    public EquatableArray<Frozen<TLSRoute>> Tls { get; init; }

    /// <summary>Routes of connections, in order.</summary>
    public EquatableArray<Frozen<TCPRoute>> Tcp { get; init; }

    /// <summary>Whether prefixes of paths end at a slash, as those of an Ingress do: /a is a prefix of /a/b, but not of /ab.</summary>
    public bool SeparatesPaths { get; init; }

    /// <summary>
    /// Whether it stands for routes of the Gateway API: requests without a backend get status 500, a prefix rewritten to / goes away, clients obey it only
    /// where they or the service are of its namespace, and those of its own before all others.
    /// </summary>
    public bool IsKubernetesRoute { get; init; }

    /// <summary>Whether some route is left to another VirtualService.</summary>
    public bool Delegates => Http.Any(r => r.Message.Delegate is not null);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Http.Count, Tcp.Count, Tls.Count);
}
