using System.Net;
using ControlPlane.Options;
using ControlPlane.Security.Callers;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Debug;

/// <summary>
/// Who may debug: callers on this machine, port-forwards among them, everything; others who prove an identity by a token what belongs to their
/// namespace, those of the root namespace everything.
/// </summary>
internal sealed class DebugAccess(ServerOptions options, CallerAuthenticator authenticator)
{
    /// <summary>What the caller may see; null for nothing.</summary>
    public async ValueTask<DebugScope?> OfAsync(HttpContext context)
    {
        if (options.Debug.FromAnywhere || IsLocal(context.Connection.RemoteIpAddress))
            return DebugScope.Everything;
        var result = await authenticator.AuthenticateAsync(context, context.RequestAborted);
        if (result.Caller is not { } caller)
            return null;
        return caller.Identity.Namespace == options.Source.RootNamespace ? DebugScope.Everything : new DebugScope(caller.Identity.Namespace);
    }

    /// <summary>
    /// Whether the caller may change how the server runs: those who may see everything by where they are or who they are.
    /// <see cref="DebugOptions.FromAnywhere"/> opens no more than reading.
    /// </summary>
    public async ValueTask<bool> MayChangeAsync(HttpContext context)
    {
        if (IsLocal(context.Connection.RemoteIpAddress))
            return true;
        var result = await authenticator.AuthenticateAsync(context, context.RequestAborted);
        return result.Caller?.Identity.Namespace == options.Source.RootNamespace;
    }

    private static bool IsLocal(IPAddress? address) =>
        address is not null && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
