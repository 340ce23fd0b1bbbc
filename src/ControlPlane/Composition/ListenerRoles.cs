using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Composition;

/// <summary>Keeps endpoints to the addresses that they are for, whatever port these got.</summary>
internal static class ListenerRoles
{
    /// <summary>Marks the connections of an address.</summary>
    public static void UseRole(this Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions listen, ListenerRole role) =>
        listen.Use(next => connection =>
        {
            connection.Features.Set(new RoleFeature(role));
            return next(connection);
        });

    /// <summary>The role of the address that a request came on; null for a connection that was not marked.</summary>
    public static ListenerRole? RoleOf(HttpContext context) => context.Features.Get<RoleFeature>()?.Role;

    /// <summary>Marks an endpoint.</summary>
    public static void On(this IEndpointConventionBuilder endpoint, params ListenerRole[] roles) =>
        endpoint.Add(builder => builder.Metadata.Add(new RolesMetadata(roles)));

    /// <summary>Answers requests that came on an address of another role than the endpoint's as if there were no such endpoint.</summary>
    public static void UseListenerRoles(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RolesMetadata>() is not { } wanted
            || (context.Features.Get<RoleFeature>() is { } address && wanted.Roles.Contains(address.Role)))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });

    private sealed record RoleFeature(ListenerRole Role);

    private sealed record RolesMetadata(ListenerRole[] Roles);
}
