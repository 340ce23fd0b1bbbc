using ControlPlane.Model.Proxies;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Callers;
using ControlPlane.Security.Identities;
using ControlPlane.Security.Workloads;
using ControlPlane.Xds.NodeAuthorization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Composition.Identity;

/// <summary>
/// Over TLS a caller must prove an identity, and may speak only for nodes of its namespace and service account (X6). Without TLS everyone is
/// taken at its word, as by istiod, and gets no secret.
/// </summary>
internal sealed class StreamAuthorizer(
    CallerAuthenticator authenticator,
    CurrentAuthority authority,
    WorkloadSecretFactory secrets,
    SecretRights rights,
    StreamPlaces places,
    RateBudget<SpiffeId> rates,
    ILogger<StreamAuthorizer> logger) : INodeAuthorizer
{
    public async ValueTask<NodeAuthorizationResult> AuthorizeAsync(ProxyDescriptor proxy, ServerCallContext call, CancellationToken cancellationToken)
    {
        var http = call.GetHttpContext();
        if (ListenerRoles.RoleOf(http) == ListenerRole.Xds)
            return NodeAuthorizationResult.Allowed;
        var result = await authenticator.AuthenticateAsync(http, cancellationToken);
        if (result.Caller is not { } caller)
        {
            ServerLog.NotProven(logger, call.Peer, result.Reason);
            return new NodeAuthorizationResult(StatusCode.Unauthenticated, "authentication failure");
        }

        if (Contradiction(caller.Identity, proxy) is { } contradiction)
            return new NodeAuthorizationResult(StatusCode.PermissionDenied, contradiction);
        if (!rates.TryTake(caller.Identity))
        {
            return new NodeAuthorizationResult(
                StatusCode.ResourceExhausted, $"{caller.Identity} opens more than {rates.PerSecond} streams per second; try again later");
        }

        if (places.TryTake(caller.Identity, proxy.Id) is not { } place)
        {
            return new NodeAuthorizationResult(
                StatusCode.ResourceExhausted, $"{caller.Identity} has {StreamPlaces.MaxOfProxy} streams open as {proxy.Id} already; try again later");
        }

        SecretRight right;
        try
        {
            right = await rights.OpenAsync(proxy, caller.Identity, cancellationToken);
        }
        catch
        {
            place.Dispose();
            throw;
        }

        return NodeAuthorizationResult.Allowed with
        {
            Secrets = right.Access,
            Lease = new StreamLease(place, right, Watch(caller, http)),
            OwnSecrets = secrets.Open(caller.Identity, proxy.Id),
            ValidUntil = caller.ValidUntil,
        };
    }

    private RevocationWatch? Watch(Caller caller, HttpContext http) =>
        caller.Proof == CallerProof.ClientCertificate && http.Connection.ClientCertificate is { } certificate ? new RevocationWatch(authority, certificate) : null;

    private static string? Contradiction(SpiffeId identity, ProxyDescriptor proxy)
    {
        if (identity.Namespace != proxy.Namespace)
            return $"no authorization to speak for a node of another namespace: the caller is {identity}";
        return proxy.ServiceAccount.Length > 0 && identity.ServiceAccount != proxy.ServiceAccount
            ? $"no authorization to speak for a node of another service account: the caller is {identity}"
            : null;
    }
}
