using System.Security.Cryptography;
using ControlPlane.Security.Callers;
using ControlPlane.Security.Identities;
using ControlPlane.Security.Signing;
using Grpc.Core;
using Istio.V1.Auth;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Security.CertificateService;

/// <summary>
/// The certificate service as Istio's agents call it: who calls is proven, the key of the request is checked, and the certificate says who the
/// caller was proven to be.
/// </summary>
/// <param name="authenticator">Finds out who calls.</param>
/// <param name="trustDomains">Says whether the mesh configuration was read.</param>
/// <param name="issuer">Signs.</param>
/// <param name="limiter">Keeps signing within what the machine can do.</param>
/// <param name="budget">Keeps one credential from taking the others' turns.</param>
/// <param name="watch">Notices credentials that are used too often.</param>
/// <param name="metrics">Counts.</param>
/// <param name="logger">Hears of every certificate and of every refusal.</param>
public sealed class CertificateServiceHandler(
    CallerAuthenticator authenticator,
    ITrustDomains trustDomains,
    CertificateIssuer issuer,
    IssuanceLimiter limiter,
    CredentialBudget budget,
    CredentialWatch watch,
    CertificateMetrics metrics,
    ILogger<CertificateServiceHandler> logger)
{
    // Metadata of a request, as Istio names it.
    private const string CertSigner = "CertSigner", ImpersonatedIdentity = "ImpersonatedIdentity";

    // The one sentence that a caller who is not proven gets, whatever the reason.
    private const string NotProven = "request authenticate failure";

    /// <summary>Adds the method to a server.</summary>
    public void Bind(ServiceBinderBase binder)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder.AddMethod(CertificateServiceMethods.CreateCertificate, CreateAsync);
    }

    private async Task<IstioCertificateResponse> CreateAsync(IstioCertificateRequest request, ServerCallContext call)
    {
        try
        {
            return await AnswerAsync(request, call).ConfigureAwait(false);
        }
        catch (RefusedException refusal)
        {
            metrics.OnRefused(refusal.Code);
            SecurityLog.Refused(logger, call.Peer, refusal.Code, refusal.Reason);
            throw new RpcException(new Status(refusal.Code, refusal.Message));
        }
        catch (Exception fault) when (fault is not (RpcException or OperationCanceledException))
        {
            metrics.OnRefused(StatusCode.Internal);
            SecurityLog.IssuanceFailed(logger, fault, call.Peer);
            throw new RpcException(new Status(StatusCode.Internal, "the certificate could not be made; the log of the control plane says why"));
        }
    }

    private async Task<IstioCertificateResponse> AnswerAsync(IstioCertificateRequest request, ServerCallContext call)
    {
        var start = metrics.Start();

        // Not to be told from a bad token otherwise, after which agents don't try again.
        if (trustDomains.Current is null)
            throw new RefusedException(StatusCode.Unavailable, "the control plane has not read its sources yet");
        var result = await authenticator.AuthenticateAsync(call.GetHttpContext(), call.CancellationToken).ConfigureAwait(false);
        var caller = result.Caller ?? throw new RefusedException(StatusCode.Unauthenticated, NotProven, result.Reason);
        CheckMetadata(request, caller);
        if (!budget.TryTake(caller))
            throw new RefusedException(StatusCode.ResourceExhausted, $"{caller.Identity} asks for too many certificates with one credential; try again later");
        using var turn = await limiter.EnterAsync(call.CancellationToken).ConfigureAwait(false)
            ?? throw new RefusedException(StatusCode.ResourceExhausted, "too many certificate requests wait; try again later");
        var key = ReadKey(request);
        var issued = Issue(key, caller, Lifetime(request));
        if (watch.Count(caller) is { } uses)
            SecurityLog.CredentialReused(logger, caller.Identity.ToString(), caller.PodName, uses);
        SecurityLog.Issued(
            logger, caller.Identity.ToString(), caller.PodName, caller.PodUid, caller.Proof.ToString(), call.Peer, issued.Serial,
            Convert.ToHexStringLower(SHA256.HashData(key.Encoded.Span)), issued.NotAfter);
        metrics.OnIssued(start);
        return new IstioCertificateResponse { CertChain = { issued.PresentedPem, issued.Authority.Roots.Pem } };
    }

    private static void CheckMetadata(IstioCertificateRequest request, Caller caller)
    {
        // A missing Struct, an empty text and a number stand for nothing asked.
        if (Asked(request, ImpersonatedIdentity) is { } asked)
        {
            throw new RefusedException(
                StatusCode.Unauthenticated, NotProven, $"{caller.Identity} asks to act for '{Printable(asked)}': no account may here");
        }

        if (Asked(request, CertSigner) is { } signer)
            throw new RefusedException(StatusCode.InvalidArgument, $"there is no certificate signer '{Printable(signer)}' beside the authority of the mesh");
    }

    private static string? Asked(IstioCertificateRequest request, string name) =>
        request.Metadata?.Fields.GetValueOrDefault(name) is { StringValue: { Length: > 0 } value } ? value : null;

    // What comes back to a log: no control characters, no lines, and not all of a long text.
    private static string Printable(string text)
    {
        const int most = 100;
        return string.Concat(text.Take(most).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or ':' ? c : '?'));
    }

    private static SubjectKey ReadKey(IstioCertificateRequest request)
    {
        try
        {
            return CsrReader.Read(request.Csr);
        }
        catch (CsrException fault)
        {
            throw new RefusedException(StatusCode.InvalidArgument, fault.Message);
        }
    }

    private TimeSpan Lifetime(IstioCertificateRequest request)
    {
        try
        {
            return issuer.Policy.Lifetime(request.ValidityDuration);
        }
        catch (LifetimeException fault)
        {
            throw new RefusedException(StatusCode.InvalidArgument, fault.Message);
        }
    }

    private IssuedCertificate Issue(SubjectKey key, Caller caller, TimeSpan lifetime)
    {
        try
        {
            return issuer.Issue(key, CertificateNames.Of(caller.Identity), lifetime);
        }
        catch (IssuanceException fault)
        {
            // Agents try again after both; what passes by itself is said to.
            throw new RefusedException(fault.IsTransient ? StatusCode.Unavailable : StatusCode.Internal, fault.Message);
        }
    }

    private sealed class RefusedException(StatusCode code, string message, string? reason = null) : Exception(message)
    {
        public StatusCode Code => code;

        public string Reason => reason ?? Message;
    }
}
