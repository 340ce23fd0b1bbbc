using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Http2.Connections;

/// <summary>Who speaks to whom, for the application.</summary>
internal sealed class ConnectionInfo(ConnectionContext connection) : IHttpConnectionFeature
{
    /// <inheritdoc/>
    public string ConnectionId { get; set; } = connection.ConnectionId;

    /// <inheritdoc/>
    public IPAddress? RemoteIpAddress { get; set; } = (connection.RemoteEndPoint as IPEndPoint)?.Address;

    /// <inheritdoc/>
    public IPAddress? LocalIpAddress { get; set; } = (connection.LocalEndPoint as IPEndPoint)?.Address;

    /// <inheritdoc/>
    public int RemotePort { get; set; } = (connection.RemoteEndPoint as IPEndPoint)?.Port ?? 0;

    /// <inheritdoc/>
    public int LocalPort { get; set; } = (connection.LocalEndPoint as IPEndPoint)?.Port ?? 0;
}
