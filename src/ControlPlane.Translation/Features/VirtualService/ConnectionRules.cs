using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>What a VirtualService says of connections, so that an edit of its routes of requests touches no listener.</summary>
/// <param name="Key">The VirtualService.</param>
/// <param name="Hosts">Its hosts.</param>
/// <param name="Tls">Routes by server name.</param>
/// <param name="Tcp">Routes of other connections.</param>
internal sealed record ConnectionRules(
    ObjectKey Key, EquatableArray<string> Hosts, EquatableArray<Frozen<TLSRoute>> Tls, EquatableArray<Frozen<TCPRoute>> Tcp);
