namespace ControlPlane.Http2.Sockets;

/// <summary>A socket has something to read.</summary>
/// <param name="Reader">Its reader.</param>
/// <param name="IsLast">Whether no event of it will follow: its peer has ended.</param>
internal readonly record struct SocketEvent(SocketInput Reader, bool IsLast);
