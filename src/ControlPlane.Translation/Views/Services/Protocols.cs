namespace ControlPlane.Translation.Views.Services;

/// <summary>Which protocol a port speaks, and what follows from it.</summary>
public static class Protocols
{
    private const string GrpcWebPrefix = "grpc-web";

    /// <summary>
    /// The protocol of a port of a Kubernetes Service. UDP by its transport; else by appProtocol where it is present (even empty),
    /// else by the port name: the part before the first dash, in any case.
    /// </summary>
    /// <param name="port">Service port; a few well-known numbers are TCP where nothing else is said.</param>
    /// <param name="name">Port name.</param>
    /// <param name="transport">TCP, UDP or SCTP.</param>
    /// <param name="appProtocol">appProtocol, null where absent.</param>
    public static Protocol OfKubernetesPort(int port, string name, string transport, string? appProtocol)
    {
        if (transport == "UDP")
            return Protocol.Udp;
        switch (appProtocol)
        {
            case "kubernetes.io/h2c": return Protocol.Http2;
            case "kubernetes.io/ws": return Protocol.Http;
            case "kubernetes.io/wss": return Protocol.Https;
        }

        var word = appProtocol ?? name;
        if (word.StartsWith(GrpcWebPrefix, StringComparison.OrdinalIgnoreCase))
            return Protocol.GrpcWeb;
        var dash = word.IndexOf('-', StringComparison.Ordinal);
        var protocol = OfWord(dash < 0 ? word : word[..dash]);
        return protocol == Protocol.Auto && IsServerFirst(port) ? Protocol.Tcp : protocol;
    }

    /// <summary>The protocol that a single word names, in any case; <see cref="Protocol.Auto"/> for any other word.</summary>
    public static Protocol OfWord(string word) => word.ToLowerInvariant() switch
    {
        "tcp" => Protocol.Tcp,
        "udp" => Protocol.Udp,
        "grpc" => Protocol.Grpc,
        "grpc-web" => Protocol.GrpcWeb,
        "http" => Protocol.Http,
        "http_proxy" => Protocol.HttpProxy,
        "http2" => Protocol.Http2,
        "https" => Protocol.Https,
        "tls" => Protocol.Tls,
        "mongo" => Protocol.Mongo,
        "redis" => Protocol.Redis,
        "mysql" => Protocol.MySql,
        _ => Protocol.Auto,
    };

    /// <summary>Whether requests can be routed: HTTP, HTTP/2, gRPC, gRPC-Web and forward proxies.</summary>
    public static bool IsHttp(this Protocol protocol) =>
        protocol is Protocol.Http or Protocol.Http2 or Protocol.Grpc or Protocol.GrpcWeb or Protocol.HttpProxy;

    /// <summary>Whether the upstream is spoken to in HTTP/2 without asking.</summary>
    public static bool IsHttp2(this Protocol protocol) => protocol is Protocol.Http2 or Protocol.Grpc or Protocol.GrpcWeb;

    /// <summary>Whether it is opaque to the proxy: TCP and what is carried over it, TLS included.</summary>
    public static bool IsTcp(this Protocol protocol) =>
        protocol is Protocol.Tcp or Protocol.Https or Protocol.Tls or Protocol.Mongo or Protocol.MySql or Protocol.Redis;

    /// <summary>Whether connections begin with a TLS handshake, whose server name can be matched.</summary>
    public static bool IsTls(this Protocol protocol) => protocol is Protocol.Https or Protocol.Tls;

    // The server of these speaks first: waiting for the client's bytes to detect a protocol would hang (SMTP, DNS, MySQL, MongoDB).
    private static bool IsServerFirst(int port) => port is 25 or 53 or 3306 or 27017;
}
