using System.Net;
using ControlPlane.Model.Collections;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Callers;

namespace ControlPlane.Options;

/// <content>The settings of identity.</content>
public static partial class Settings
{
    /// <summary>See <see cref="ListenOptions.SecureXds"/>.</summary>
    public static Setting<IPEndPoint> SecureXdsAddress { get; } = new(
        "--secure-xds-address", "HOST:PORT", "127.0.0.1:15012",
        "Address for xDS and the certificate service over TLS; callers prove who they are by a token or a client certificate of the mesh.",
        SettingParsers.Address, "--secureGRPCAddr");

    /// <summary>See <see cref="ListenOptions.Plaintext"/>.</summary>
    public static Setting<bool> PlaintextXds { get; } = new(
        "--plaintext-xds", "BOOL", "true", "Whether --xds-address is served at all.", SettingParsers.Switch);

    /// <summary>See <see cref="IdentityOptions.DataDirectory"/>.</summary>
    public static Setting<string> DataDirectory { get; } = new(
        "--data-dir", "DIR", "",
        "Directory for what must outlive the process: the root of the mesh with its private key, the key of issued tokens. Without it the root is in the Secret istio-ca-secret of a cluster, or plugged in as the Secret cacerts, else it lasts until the end of the process.",
        static text => text);

    /// <summary>See <see cref="IdentityOptions.PluggedDirectory"/>.</summary>
    public static Setting<string> PluggedAuthority { get; } = new(
        "--ca-dir", "DIR", "",
        "Directory with an authority to sign with, as Istio's Secret cacerts is mounted: ca-cert.pem, ca-key.pem, root-cert.pem, cert-chain.pem, ca-crl.pem. Changes are followed.",
        static text => text);

    /// <summary>See <see cref="IdentityOptions.KeyKind"/>.</summary>
    public static Setting<KeyKind> AuthorityKey { get; } = new(
        "--ca-key", "KIND", "ec-p256", "Key of a root that is made here: ec-p256, rsa-2048 or rsa-4096.", SettingParsers.KeyKind);

    /// <summary>See <see cref="IdentityOptions.Certificates"/>.</summary>
    public static Setting<TimeSpan> CertificateLifetime { get; } = new(
        "--cert-ttl", "DURATION", "24h", "Lifetime of a workload's certificate that asks for none.", SettingParsers.PositiveDuration);

    /// <summary>See <see cref="IdentityOptions.Certificates"/>.</summary>
    public static Setting<TimeSpan> MaxCertificateLifetime { get; } = new(
        "--max-cert-ttl", "DURATION", "2160h", "Longest lifetime that a workload may ask for.", SettingParsers.PositiveDuration);

    /// <summary>See <see cref="IdentityOptions.MaxCertificateRate"/>.</summary>
    public static Setting<double?> MaxCertificateRate { get; } = new(
        "--max-cert-rate", "RATE", "250",
        "How many certificates one token or client certificate may get per second, after ten times as many at once; more are refused with RESOURCE_EXHAUSTED; or none for no limit.",
        SettingParsers.RateOrNone);

    /// <summary>See <see cref="IdentityOptions.Audiences"/>.</summary>
    public static Setting<EquatableArray<string>> TokenAudiences { get; } = new(
        "--token-audience", "NAME,...", "istio-ca", "Audiences of which a caller's token must have one.", SettingParsers.NonEmptyList);

    /// <summary>See <see cref="IdentityOptions.JwtRule"/>.</summary>
    public static Setting<JwtRule?> TokenRule { get; } = new(
        "--jwt-rule", "JSON", "",
        "Issuer whose tokens for service accounts are verified here: {\"issuer\", \"audiences\", \"jwks\" or \"jwksUri\"}.",
        static text => text.Length == 0 ? null : JwtRule.Parse(text));

    /// <summary>See <see cref="IdentityOptions.ServerNames"/>.</summary>
    public static Setting<EquatableArray<string>> ServerNames { get; } = new(
        "--server-names", "NAME,...", "",
        "DNS names or addresses for the server's own certificate, beside localhost and istiod's: istiod, istiod-remote, istio-pilot and istiod-REVISION in the root namespace.",
        SettingParsers.List);

    private static Setting[] Identity { get; } =
    [
        SecureXdsAddress, PlaintextXds, DataDirectory, PluggedAuthority, AuthorityKey, CertificateLifetime, MaxCertificateLifetime, MaxCertificateRate, TokenAudiences, TokenRule,
        ServerNames,
    ];
}
