using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Testing.Http2;

/// <summary>How a client of frames connects.</summary>
public sealed record Http2ClientOptions
{
    /// <summary>Whether over TLS, without asking who the server is.</summary>
    public bool Tls { get; init; }

    /// <summary>The client's certificate with its key.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Whether the preface and the first SETTINGS are sent.</summary>
    public bool Preface { get; init; } = true;

    /// <summary>The settings sent first.</summary>
    public (Setting Id, uint Value)[] Settings { get; init; } = [];

    /// <summary>Whether the server may send whatever the socket takes: both windows are the largest.</summary>
    public bool UnlimitedWindows { get; init; }

    /// <summary>Whether SETTINGS of the server are acknowledged when they are read.</summary>
    public bool Acknowledge { get; init; } = true;

    /// <summary>Whether PINGs of the server are answered when they are read.</summary>
    public bool AnswerPings { get; init; } = true;

    /// <summary>The size of the socket's receive buffer in bytes.</summary>
    public int? ReceiveBuffer { get; init; }

    /// <summary>How long a read, or a write, may wait before the test fails.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);
}
