using ControlPlane.Model.Collections;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Callers;
using ControlPlane.Security.Signing;

namespace ControlPlane.Options;

/// <summary>Options: the authority, certificates and callers.</summary>
/// <param name="DataDirectory">Where the root lives; "" for memory only.</param>
/// <param name="PluggedDirectory">An authority that the operator plugs in; "" for one of our own.</param>
/// <param name="KeyKind">Key of a root that is made.</param>
/// <param name="Certificates">Lifetimes.</param>
/// <param name="MaxCertificateRate">How many certificates one credential may get per second; null for no limit.</param>
/// <param name="Audiences">Audiences of which a token must have one.</param>
/// <param name="JwtRule">An issuer of tokens that are verified here; null for none.</param>
/// <param name="ServerNames">More names of the server's own certificate.</param>
public sealed record IdentityOptions(
    string DataDirectory,
    string PluggedDirectory,
    KeyKind KeyKind,
    CertificatePolicy Certificates,
    double? MaxCertificateRate,
    EquatableArray<string> Audiences,
    JwtRule? JwtRule,
    EquatableArray<string> ServerNames)
{
    /// <summary>Reads the options. Faults are recorded in <paramref name="values"/>.</summary>
    public static IdentityOptions Read(SettingValues values)
    {
        var options = new IdentityOptions(
            values.Get(Settings.DataDirectory), values.Get(Settings.PluggedAuthority), values.Get(Settings.AuthorityKey),
            new CertificatePolicy(values.Get(Settings.CertificateLifetime), values.Get(Settings.MaxCertificateLifetime)),
            values.Get(Settings.MaxCertificateRate), values.Get(Settings.TokenAudiences), values.Get(Settings.TokenRule), values.Get(Settings.ServerNames));
        if (options.PluggedDirectory.Length > 0 && !Directory.Exists(options.PluggedDirectory))
            values.Fail($"{Settings.PluggedAuthority.Flag}: there is no directory {options.PluggedDirectory}; name one that holds ca-cert.pem, ca-key.pem and root-cert.pem");
        if (options.DataDirectory.Length > 0 && File.Exists(options.DataDirectory))
            values.Fail($"{Settings.DataDirectory.Flag}: {options.DataDirectory} is a file; name a directory");
        if (options.Certificates.DefaultLifetime > options.Certificates.MaxLifetime)
            values.Fail($"{Settings.CertificateLifetime.Flag} is longer than {Settings.MaxCertificateLifetime.Flag} allows");
        return options;
    }
}
