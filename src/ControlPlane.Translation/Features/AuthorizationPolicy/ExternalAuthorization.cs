using ControlPlane.Translation.Envoy;
using HttpCheck = Envoy.Extensions.Filters.Http.ExtAuthz.V3.ExtAuthz;
using NetworkCheck = Envoy.Extensions.Filters.Network.ExtAuthz.V3.ExtAuthz;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>The filters that ask a provider, but for when they do.</summary>
/// <param name="Http">Filter of chains that handle requests.</param>
/// <param name="Network">Filter of other chains; null for a provider that speaks HTTP.</param>
internal sealed record ExternalAuthorization(Frozen<HttpCheck> Http, Frozen<NetworkCheck>? Network);
