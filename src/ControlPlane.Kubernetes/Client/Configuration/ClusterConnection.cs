namespace ControlPlane.Kubernetes.Client.Configuration;

/// <summary>How to reach an API server and who to be there. Values that stand in files are named by the file, because files are rotated.</summary>
public sealed record ClusterConnection
{
    /// <summary>Address of the API server.</summary>
    public required Uri Server { get; init; }

    /// <summary>Name that the server's certificate must bear instead of the address's host; "" for the host.</summary>
    public string TlsServerName { get; init; } = "";

    /// <summary>PEM certificates that the server's must lead to; empty for <see cref="CaFile"/> or the system's.</summary>
    public ReadOnlyMemory<byte> CaData { get; init; }

    /// <summary>File with the same; "" for none.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>Whether any certificate of the server is accepted. Only if the user asked for it.</summary>
    public bool InsecureSkipTlsVerify { get; init; }

    /// <summary>Proxy for all requests; null for none (the environment's proxies are not used for the API server).</summary>
    public Uri? Proxy { get; init; }

    /// <summary>PEM client certificate; empty for <see cref="ClientCertificateFile"/> or none.</summary>
    public ReadOnlyMemory<byte> ClientCertificateData { get; init; }

    /// <summary>File with the same; "" for none.</summary>
    public string ClientCertificateFile { get; init; } = "";

    /// <summary>PEM key of the client certificate; empty for <see cref="ClientKeyFile"/> or none.</summary>
    public ReadOnlyMemory<byte> ClientKeyData { get; init; }

    /// <summary>File with the same; "" for none.</summary>
    public string ClientKeyFile { get; init; } = "";

    /// <summary>Bearer token; "" for none.</summary>
    public string Token { get; init; } = "";

    /// <summary>File with the bearer token, read again as it is rotated; wins over <see cref="Token"/>; "" for none.</summary>
    public string TokenFile { get; init; } = "";

    /// <summary>Program that gives credentials; null for none.</summary>
    public ExecCredentials? Exec { get; init; }

    /// <summary>Namespace of the context, or the pod's own; "default" where neither says.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>The address; credentials never appear.</summary>
    public override string ToString() => Server.ToString();
}
