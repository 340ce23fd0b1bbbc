namespace ControlPlane.Translation.Views.Services;

/// <summary>Application protocol of a service port, as Istio names them.</summary>
public enum Protocol
{
    /// <summary>Not said: detected per connection.</summary>
    Auto,

    /// <summary>HTTP/1.1.</summary>
    Http,

    /// <summary>HTTP/2.</summary>
    Http2,

    /// <summary>gRPC.</summary>
    Grpc,

    /// <summary>gRPC-Web.</summary>
    GrpcWeb,

    /// <summary>A forward HTTP proxy.</summary>
    HttpProxy,

    /// <summary>Opaque TCP.</summary>
    Tcp,

    /// <summary>TLS with HTTP inside.</summary>
    Https,

    /// <summary>TLS with anything inside.</summary>
    Tls,

    /// <summary>MongoDB.</summary>
    Mongo,

    /// <summary>MySQL.</summary>
    MySql,

    /// <summary>Redis.</summary>
    Redis,

    /// <summary>UDP: no outbound listener or cluster.</summary>
    Udp,
}
