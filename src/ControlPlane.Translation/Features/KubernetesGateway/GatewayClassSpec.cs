namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>A GatewayClass as translation reads it.</summary>
/// <param name="Controller">Who serves Gateways of the class.</param>
internal sealed record GatewayClassSpec(string Controller);
