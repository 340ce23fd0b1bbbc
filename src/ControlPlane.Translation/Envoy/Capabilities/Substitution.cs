using ControlPlane.Model.Proxies;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using NetworkFilter = Envoy.Config.Listener.V3.Filter;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>
/// One thing that some proxies can't do, and what they get instead. It is handed the parts of a copy of a resource, wherever they lie in it, and
/// edits those that concern it. It holds no state.
/// </summary>
internal abstract class Substitution
{
    /// <summary>Whether proxies with these capabilities need it.</summary>
    public abstract bool AppliesTo(ProxyCapabilities capabilities);

    /// <summary>A cluster, without its TLS settings.</summary>
    public virtual void Edit(Cluster cluster)
    {
    }

    /// <summary>The network filters of a filter chain.</summary>
    public virtual void Edit(RepeatedField<NetworkFilter> filters, TrafficDirection direction)
    {
    }

    /// <summary>An HTTP connection manager, without its routes.</summary>
    public virtual void Edit(HttpConnectionManager manager, TrafficDirection direction)
    {
    }

    /// <summary>The TLS settings of a filter chain or of a cluster.</summary>
    public virtual void Edit(CommonTlsContext context)
    {
    }

    /// <summary>A reference to a secret.</summary>
    public virtual void Edit(SdsSecretConfig reference)
    {
    }

    /// <summary>How a peer's certificate is checked, in TLS settings or in a secret.</summary>
    public virtual void Edit(CertificateValidationContext context)
    {
    }

    /// <summary>A certificate with its key, in TLS settings or in a secret.</summary>
    public virtual void Edit(TlsCertificate certificate)
    {
    }

    /// <summary>Where a route leads.</summary>
    public virtual void Edit(RouteAction action)
    {
    }

    /// <summary>Configuration of HTTP filters for a route, a virtual host, a weighted cluster or a whole route configuration, by filter name.</summary>
    public virtual void Edit(MapField<string, Any> perFilterConfig)
    {
    }

    /// <summary>An extension that is delivered on its own.</summary>
    public virtual void Edit(TypedExtensionConfig extension)
    {
    }
}
