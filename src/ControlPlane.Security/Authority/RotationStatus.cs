using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Model.Collections;

namespace ControlPlane.Security.Authority;

/// <summary>Where the replacement of a root stands.</summary>
/// <param name="Store">Where the authority lives.</param>
/// <param name="Phase">How far it has come.</param>
/// <param name="Since">When it came there; null where none is under way.</param>
/// <param name="ReadyAt">When the next step loses nobody; null where none is under way.</param>
/// <param name="Signing">The root that signs.</param>
/// <param name="Trusted">All roots that are trusted.</param>
/// <param name="IsPublished">Whether all of them were published to workloads, which the control plane does.</param>
public sealed record RotationStatus(
    string Store, RotationPhase Phase, DateTimeOffset? Since, DateTimeOffset? ReadyAt, RootDescription Signing, EquatableArray<RootDescription> Trusted,
    bool IsPublished)
{
    internal static RootDescription Describe(X509Certificate2 root) =>
        new(root.Subject, root.GetCertHashString(HashAlgorithmName.SHA256), new DateTimeOffset(root.NotAfter).ToUniversalTime());
}
