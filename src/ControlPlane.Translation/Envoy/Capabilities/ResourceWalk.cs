using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.TransportSockets.ProxyProtocol.V3;
using Envoy.Extensions.TransportSockets.Quic.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>
/// Walks through a copy of a resource once and hands its parts to the substitutions, so that an Any is read and written once, however many of
/// them look into it.
/// </summary>
internal sealed class ResourceWalk
{
    /// <summary>Transport sockets that wrap another one are followed to this depth; Istio nests two.</summary>
    private const int MaxSocketDepth = 4;

    private readonly Substitution[] _substitutions;

    private ResourceWalk(Substitution[] substitutions) => _substitutions = substitutions;

    /// <summary>An edited copy of a resource or of one virtual host, or null for a type in which there is nothing to edit.</summary>
    public static IMessage? Copy(IMessage resource, Substitution[] substitutions)
    {
        var walk = new ResourceWalk(substitutions);
        switch (resource)
        {
            case Cluster cluster:
                return walk.Visited(cluster.Clone());
            case Listener listener:
                return walk.Visited(listener.Clone());
            case RouteConfiguration routes:
                return walk.Visited(routes.Clone());
            case VirtualHost host:
                return walk.Visited(host.Clone());
            case Secret secret:
                return walk.Visited(secret.Clone());
            case TypedExtensionConfig extension:
                return walk.Visited(extension.Clone());
            default:
                return null;
        }
    }

    private Cluster Visited(Cluster cluster)
    {
        foreach (var substitution in _substitutions)
            substitution.Edit(cluster);
        Visit(cluster.TransportSocket, 0);
        foreach (var match in cluster.TransportSocketMatches)
            Visit(match.TransportSocket, 0);
        return cluster;
    }

    private Listener Visited(Listener listener)
    {
        foreach (var chain in listener.FilterChains)
            Visit(chain, listener.TrafficDirection);
        if (listener.DefaultFilterChain is { } last)
            Visit(last, listener.TrafficDirection);
        return listener;
    }

    private RouteConfiguration Visited(RouteConfiguration routes)
    {
        VisitPerFilterConfig(routes.TypedPerFilterConfig);
        foreach (var host in routes.VirtualHosts)
            Visited(host);
        return routes;
    }

    private VirtualHost Visited(VirtualHost host)
    {
        VisitPerFilterConfig(host.TypedPerFilterConfig);
        foreach (var route in host.Routes)
            Visit(route);
        return host;
    }

    private Secret Visited(Secret secret)
    {
        if (secret.TlsCertificate is { } certificate)
            Visit(certificate);
        if (secret.ValidationContext is { } context)
            Visit(context);
        return secret;
    }

    private TypedExtensionConfig Visited(TypedExtensionConfig extension)
    {
        foreach (var substitution in _substitutions)
            substitution.Edit(extension);
        return extension;
    }

    private void Visit(FilterChain chain, TrafficDirection direction)
    {
        foreach (var substitution in _substitutions)
            substitution.Edit(chain.Filters, direction);
        foreach (var filter in chain.Filters)
        {
            TypedConfigs.TryEdit<HttpConnectionManager>(filter.TypedConfig, manager =>
            {
                foreach (var substitution in _substitutions)
                    substitution.Edit(manager, direction);
                if (manager.RouteConfig is { } routes)
                    Visited(routes);
            });
        }

        Visit(chain.TransportSocket, 0);
    }

    private void Visit(TransportSocket? socket, int depth)
    {
        if (socket?.TypedConfig is not { } config || depth > MaxSocketDepth)
            return;
        _ = TypedConfigs.TryEdit<UpstreamTlsContext>(config, context => Visit(context.CommonTlsContext))
            || TypedConfigs.TryEdit<DownstreamTlsContext>(config, context => Visit(context.CommonTlsContext))
            || TypedConfigs.TryEdit<QuicDownstreamTransport>(config, quic => Visit(quic.DownstreamTlsContext?.CommonTlsContext))
            || TypedConfigs.TryEdit<ProxyProtocolUpstreamTransport>(config, outer => Visit(outer.TransportSocket, depth + 1));
    }

    private void Visit(CommonTlsContext? context)
    {
        if (context is null)
            return;
        foreach (var substitution in _substitutions)
            substitution.Edit(context);
        foreach (var certificate in context.TlsCertificates)
            Visit(certificate);
        foreach (var reference in context.TlsCertificateSdsSecretConfigs)
            Visit(reference);
        Visit(context.ValidationContext);
        Visit(context.ValidationContextSdsSecretConfig);
        Visit(context.CombinedValidationContext?.DefaultValidationContext);
        Visit(context.CombinedValidationContext?.ValidationContextSdsSecretConfig);
    }

    private void Visit(SdsSecretConfig? reference)
    {
        foreach (var substitution in reference is null ? [] : _substitutions)
            substitution.Edit(reference!);
    }

    private void Visit(CertificateValidationContext? context)
    {
        foreach (var substitution in context is null ? [] : _substitutions)
            substitution.Edit(context!);
    }

    private void Visit(TlsCertificate certificate)
    {
        foreach (var substitution in _substitutions)
            substitution.Edit(certificate);
    }

    private void Visit(Route route)
    {
        VisitPerFilterConfig(route.TypedPerFilterConfig);
        if (route.Route_ is not { } action)
            return;
        foreach (var substitution in _substitutions)
            substitution.Edit(action);
        foreach (var weighted in action.WeightedClusters?.Clusters ?? [])
            VisitPerFilterConfig(weighted.TypedPerFilterConfig);
    }

    private void VisitPerFilterConfig(Google.Protobuf.Collections.MapField<string, Google.Protobuf.WellKnownTypes.Any> config)
    {
        if (config.Count == 0)
            return;
        foreach (var substitution in _substitutions)
            substitution.Edit(config);
    }
}
