using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Resources;
using Envoy.Config.Route.V3;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>Everything that a virtual host is made from. Value equality; the hash code is computed once, as ports may have thousands of hosts.</summary>
public sealed class VirtualHostInput : ResourcePart, IEquatable<VirtualHostInput>
{
    private readonly int _hash;

    /// <summary>
    /// One instance for all equal inputs that the graph holds, so that one which is put together anew for each revision is known again. A pure
    /// function of its key; the derivation only remembers it.
    /// </summary>
    internal static Derivation<VirtualHostInput, VirtualHostInput> Shared { get; } = new("SharedVirtualHost", static (_, host) => host);

    /// <summary>Describes a virtual host.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="domains">The hosts that it answers for, in order, each once.</param>
    /// <param name="routes">Its routes, in order.</param>
    public VirtualHostInput(string name, EquatableArray<string> domains, EquatableArray<RouteEntry> routes)
    {
        Name = name;
        Domains = domains;
        Routes = routes;
        _hash = HashCode.Combine(name, domains, routes);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The hosts that it answers for.</summary>
    public EquatableArray<string> Domains { get; }

    /// <summary>Its routes, in order.</summary>
    public EquatableArray<RouteEntry> Routes { get; }

    /// <summary>The same with other domains.</summary>
    public VirtualHostInput WithDomains(EquatableArray<string> domains) => new(Name, domains, Routes);

    /// <summary>The same with other routes.</summary>
    public VirtualHostInput WithRoutes(EquatableArray<RouteEntry> routes) => new(Name, Domains, routes);

    /// <summary>Makes the virtual host.</summary>
    /// <param name="retries">Retries of routes without their own, null for Istio's.</param>
    /// <param name="attemptCount">Whether the upstream is told how often a request was tried.</param>
    public VirtualHost Build(HTTPRetry? retries, bool attemptCount)
    {
        var host = new VirtualHost { Name = Name, IncludeRequestAttemptCount = attemptCount };
        host.Domains.AddRange(Domains);
        host.Routes.AddRange(Routes.Select(r => r.Build(retries)));
        return host;
    }

    /// <inheritdoc/>
    public bool Equals(VirtualHostInput? other) =>
        ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash && Name == other.Name && Domains == other.Domains && Routes == other.Routes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VirtualHostInput);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;
}
