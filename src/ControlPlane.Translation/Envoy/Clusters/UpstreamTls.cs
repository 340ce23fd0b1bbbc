using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>The TLS that a cluster speaks.</summary>
internal sealed record UpstreamTls
{
    /// <summary>How.</summary>
    public required UpstreamTlsMode Mode { get; init; }

    /// <summary>Whether nobody asked for it: it is then used endpoint by endpoint, where the endpoint takes it.</summary>
    public bool AutoDetected { get; init; }

    /// <summary>Server name, "" for the one of the request (or none).</summary>
    public string Sni { get; init; } = "";

    /// <summary>Names that the server's certificate must have one of; empty for any name under the trusted roots.</summary>
    public EquatableArray<string> SubjectAltNames { get; init; }

    /// <summary>Whether these names are the service's own, as the rule gives none: the name of the request is then checked too.</summary>
    public bool NamesOfService { get; init; }

    /// <summary>Whether files come from a server of the user's own.</summary>
    public bool SeparateFileServer { get; init; }

    /// <summary>Whether secrets of the user's own scheme come from a server beside the proxy.</summary>
    public bool SeparateSecretServer { get; init; }

    /// <summary>File of the roots, "" for those of the system.</summary>
    public string CaCertificates { get; init; } = "";

    /// <summary>File of the client's certificate.</summary>
    public string ClientCertificate { get; init; } = "";

    /// <summary>File of the client's key.</summary>
    public string PrivateKey { get; init; } = "";

    /// <summary>File of revoked certificates, "" for none.</summary>
    public string CaCrl { get; init; } = "";

    /// <summary>Name of the secret that is used instead of files, "" for files.</summary>
    public string CredentialName { get; init; } = "";

    /// <summary>Whether the server's certificate is not checked at all.</summary>
    public bool InsecureSkipVerify { get; init; }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mode, SubjectAltNames.Count, string.GetHashCode(Sni));
}
