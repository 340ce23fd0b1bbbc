using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>Who serves a Gateway that names services in place of labels: their pods, of one namespace.</summary>
/// <param name="Namespace">Namespace of the services, and of the Gateway API's Gateway.</param>
/// <param name="Hosts">Hosts of the services; at least one.</param>
/// <param name="ServiceAccount">The account that pods must have to be given certificates; "" for any.</param>
/// <param name="Kind">Kind of the object that the Gateway stands for: that of references to Secrets in its TLS settings.</param>
public sealed record GatewayService(string Namespace, EquatableArray<string> Hosts, string ServiceAccount, string Kind);
