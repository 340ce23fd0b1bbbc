namespace ControlPlane.Translation.Views.Networks;

/// <summary>A gateway of a network that meshNetworks names by its service (registryServiceName).</summary>
/// <param name="Host">Host of the service.</param>
/// <param name="Network">The network.</param>
/// <param name="Port">Service port.</param>
internal sealed record ServiceGateway(string Host, string Network, int Port);
