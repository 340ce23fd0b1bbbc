using System.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grpc.Server;

/// <summary>Maps gRPC services to the paths of an ASP.NET Core application.</summary>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the methods of a service. With the first service, gRPC calls of unknown services and methods begin to be answered with
    /// UNIMPLEMENTED.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="service">The methods and their handlers.</param>
    /// <param name="options">The limits of the calls; null for the defaults.</param>
    /// <returns>A builder for the conventions of all of the service's methods.</returns>
    public static IEndpointConventionBuilder MapGrpcService(
        this IEndpointRouteBuilder endpoints, ServerServiceDefinition service, GrpcServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(service);
        return endpoints.MapGrpcService(service.BindService, options);
    }

    /// <summary>Maps a service that derives from a generated base class.</summary>
    /// <typeparam name="TService">The service; it or a base class of it has <see cref="BindServiceMethodAttribute"/>.</typeparam>
    /// <param name="endpoints">The application.</param>
    /// <param name="service">The one object that serves all calls.</param>
    /// <param name="options">The limits of the calls; null for the defaults.</param>
    /// <returns>A builder for the conventions of all of the service's methods.</returns>
    /// <exception cref="ArgumentException"><typeparamref name="TService"/> has no method to bind it.</exception>
    public static IEndpointConventionBuilder MapGrpcService<TService>(
        this IEndpointRouteBuilder endpoints, TService service, GrpcServerOptions? options = null)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(service);
        var bind = FindBindMethod(service.GetType())
            ?? throw new ArgumentException($"{service.GetType()} does not derive from a generated gRPC base class.", nameof(service));
        return endpoints.MapGrpcService(binder => bind.Invoke(null, [binder, service]), options);
    }

    /// <summary>Maps what a function binds, for services without generated code.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="bind">Adds the methods.</param>
    /// <param name="options">The limits of the calls; null for the defaults.</param>
    /// <returns>A builder for the conventions of all added methods.</returns>
    public static IEndpointConventionBuilder MapGrpcService(
        this IEndpointRouteBuilder endpoints, Action<ServiceBinderBase> bind, GrpcServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(bind);
        options ??= new GrpcServerOptions();
        options.Validate();
        var logger = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("ControlPlane.Grpc.Server.Calls");
        var binder = new EndpointBinder(new GrpcServerRuntime(options, logger));
        bind(binder);
        var builders = new List<IEndpointConventionBuilder>();
        foreach (var (method, handle) in binder.Methods)
        {
            builders.Add(endpoints.Map(RoutePatternFactory.Parse(method.FullName), handle).WithMetadata(method));
        }

        UnimplementedEndpoints.AddOnce(endpoints, logger);
        return new GrpcServiceConventionBuilder(builders);
    }

    private static MethodInfo? FindBindMethod(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } attribute)
            {
                return attribute.BindType.GetMethod(
                    attribute.BindMethodName,
                    BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static,
                    [typeof(ServiceBinderBase), type]);
            }
        }

        return null;
    }
}
