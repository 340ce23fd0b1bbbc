using System.Globalization;
using ControlPlane.Translation.Envoy.Names;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Envoy.Type.V3;
using Google.Protobuf.WellKnownTypes;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>What a DestinationRule adds to a TCP proxy.</summary>
/// <param name="IdleTimeout">How long a connection may be silent; null for what the class says.</param>
/// <param name="MaxDuration">How long a connection may last; null for any time.</param>
/// <param name="HashesSource">Whether connections of one client address stick to a host.</param>
/// <param name="Tunnel">The tunnel that connections go through, null for none.</param>
public sealed record TcpTuning(
    Frozen<Duration>? IdleTimeout, Frozen<Duration>? MaxDuration, bool HashesSource, Frozen<TrafficPolicy.Types.TunnelSettings>? Tunnel)
{
    private const string Post = "POST";

    /// <summary>Nothing.</summary>
    public static TcpTuning None { get; } = new(null, null, false, null);

    /// <summary>Writes it into a proxy.</summary>
    public void Apply(TcpProxy proxy)
    {
        if (IdleTimeout is not null)
            proxy.IdleTimeout = IdleTimeout.Message;
        if (MaxDuration is not null)
            proxy.MaxDownstreamConnectionDuration = MaxDuration.Message;
        if (HashesSource)
            proxy.HashPolicy.Add(new HashPolicy { SourceIp = new HashPolicy.Types.SourceIp() });
        if (Tunnel?.Message is { } tunnel)
        {
            proxy.TunnelingConfig = new TcpProxy.Types.TunnelingConfig
            {
                Hostname = string.Create(CultureInfo.InvariantCulture, $"{RouteNames.Bracketed(tunnel.TargetHost)}:{tunnel.TargetPort}"),
                UsePost = tunnel.Protocol == Post,
            };
        }
    }
}
