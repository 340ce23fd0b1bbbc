using ControlPlane.Grpc.Server;
using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Diagnostics;
using ControlPlane.Xds.NodeAuthorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlPlane.Xds.Streams;

/// <summary>Adds the xDS service to an application.</summary>
public static class XdsServiceExtensions
{
    /// <summary>
    /// Registers the service. The application must register an <see cref="IConfigHub"/>, and should register an
    /// <see cref="INodeAuthorizer"/>: without one every caller is taken at its word.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddXds(this IServiceCollection services, XdsOptions? options = null)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<INodeAuthorizer, AnyNodeAuthorizer>();
        services.AddSingleton(options ?? new XdsOptions());
        services.AddSingleton<StreamRegistry>();
        services.AddSingleton<XdsMetrics>();
        services.AddSingleton<AdsService>();
        return services;
    }

    /// <summary>Maps the methods of envoy.service.discovery.v3.AggregatedDiscoveryService.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="grpc">Limits of the streams; null for the defaults.</param>
    /// <returns>A builder for conventions of both methods.</returns>
    public static IEndpointConventionBuilder MapXds(this IEndpointRouteBuilder endpoints, GrpcServerOptions? grpc = null) =>
        endpoints.MapGrpcService(endpoints.ServiceProvider.GetRequiredService<AdsService>().Bind, grpc);
}
