using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>For whom routes are made.</summary>
/// <param name="Port">Port of the route configuration; 0 for a forward proxy.</param>
/// <param name="Gateways">The gateways that the proxy stands for: mesh, or <c>namespace/name</c>.</param>
/// <param name="Namespace">Namespace of the proxy.</param>
/// <param name="Labels">Those labels of the proxy that some match looks at.</param>
/// <param name="Tls">Whether the proxy has ended TLS, so that a redirect without scheme stays with https.</param>
/// <param name="ForGrpc">Whether a gRPC client reads the routes itself: it knows timeouts under another name.</param>
internal sealed record RouteContext(int Port, EquatableArray<string> Gateways, string Namespace, LabelMap Labels, bool Tls, bool ForGrpc = false);
