using Microsoft.Extensions.Logging;

namespace ControlPlane.Security;

/// <summary>Log messages of identity. Event ids are stable: 300 to 399.</summary>
internal static partial class SecurityLog
{
    [LoggerMessage(300, LogLevel.Information, "Signing with the authority of {Source}: {Subject}, SHA-256 {Fingerprint}, until {NotAfter:O}, {Roots} roots trusted")]
    public static partial void AuthorityTaken(ILogger logger, string source, string subject, string fingerprint, DateTimeOffset notAfter, int roots);

    [LoggerMessage(301, LogLevel.Warning, "The authority of {Source} can't be used, the one from before goes on signing: {Reason}")]
    public static partial void AuthorityUnusable(ILogger logger, string source, string reason);

    [LoggerMessage(302, LogLevel.Warning, "The signing certificate of {Source} has expired at {NotAfter:O}: no certificate is issued until it is replaced")]
    public static partial void AuthorityExpired(ILogger logger, string source, DateTimeOffset notAfter);

    [LoggerMessage(303, LogLevel.Error, "The signing certificate of {Source} is revoked: peers refuse what it signs until it is replaced")]
    public static partial void AuthorityRevoked(ILogger logger, string source);

    [LoggerMessage(304, LogLevel.Warning, "The revocation lists of {Source} are not given to proxies without an agent: one of '{Authorities}' is missing, without which they would refuse every peer")]
    public static partial void ListsMissing(ILogger logger, string source, string authorities);

    [LoggerMessage(305, LogLevel.Warning, "A revocation list of {Source} was to be replaced by {NextUpdate:O}: proxies refuse all certificates of its issuer until it is")]
    public static partial void ListOutdated(ILogger logger, string source, DateTimeOffset nextUpdate);

    [LoggerMessage(310, LogLevel.Information, "Issued to {Identity} (pod {Pod}, UID {Uid}, proven by {Proof}) from {Peer}: serial {Serial}, key SHA-256 {Key}, until {NotAfter:O}")]
    public static partial void Issued(
        ILogger logger, string identity, string pod, string uid, string proof, string peer, string serial, string key, DateTimeOffset notAfter);

    [LoggerMessage(311, LogLevel.Warning, "Certificate request from {Peer} refused, {Code}: {Reason}")]
    public static partial void Refused(ILogger logger, string peer, global::Grpc.Core.StatusCode code, string reason);

    [LoggerMessage(312, LogLevel.Warning, "One credential of {Identity} (pod {Pod}) was used for {Count} certificates within an hour")]
    public static partial void CredentialReused(ILogger logger, string identity, string pod, int count);

    [LoggerMessage(313, LogLevel.Error, "A certificate for {Peer} could not be made")]
    public static partial void IssuanceFailed(ILogger logger, Exception fault, string peer);

    [LoggerMessage(320, LogLevel.Warning, "Keys of tokens can't be read from {Source}, those from before stay: {Reason}")]
    public static partial void KeysUnusable(ILogger logger, string source, string reason);

    [LoggerMessage(321, LogLevel.Warning, "Keys of end users' tokens can't be fetched from {Source}, those from before stay: {Reason}")]
    public static partial void KeySetUnusable(ILogger logger, string source, string reason);

    [LoggerMessage(330, LogLevel.Information, "Key and certificate for {Identity}, node {Node}: serial {Serial}, until {NotAfter:O}")]
    public static partial void WorkloadIssued(ILogger logger, string identity, string node, string serial, DateTimeOffset notAfter);

    [LoggerMessage(331, LogLevel.Warning, "No certificate for {Identity}, node {Node}: {Reason}")]
    public static partial void WorkloadNotIssued(ILogger logger, string identity, string node, string reason);

    [LoggerMessage(340, LogLevel.Information, "Server certificate for {Names}: serial {Serial}, until {NotAfter:O}")]
    public static partial void ServerCertificateMade(ILogger logger, string names, string serial, DateTimeOffset notAfter);
}
