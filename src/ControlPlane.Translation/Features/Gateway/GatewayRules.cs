using System.Net;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Validation;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;
using Message = Istio.Networking.V1Alpha3.Gateway;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>What Istio's validation demands of a Gateway.</summary>
internal static class GatewayRules
{
    private const string UnixPrefix = "unix://";

    /// <summary>Checks a message.</summary>
    public static void Check(Message message, ObjectKey key, Problems problems)
    {
        problems.Require(NameRules.IsLabel(key.Name), "metadata.name", $"'{key.Name}' is no name of a Gateway: a DNS label is required");
        problems.Require(message.Servers.Count > 0, "spec.servers", "at least one server is required");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var serverNames = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < message.Servers.Count; i++)
        {
            var (server, field) = (message.Servers[i], $"spec.servers[{i}]");
            CheckServer(server, field, problems);
            if (server.Port is { } port)
                problems.Require(names.Add(port.Name), field + ".port.name", $"'{port.Name}' is used twice");
            if (server.Name.Length > 0 && !serverNames.Add(server.Name))
                problems.Warn(field + ".name", $"'{server.Name}' is used twice: the statistics of both are counted together");
        }
    }

    private static void CheckServer(Server server, string field, Problems problems)
    {
        problems.Require(server.Hosts.Count > 0, field + ".hosts", "at least one host is required");
        for (var i = 0; i < server.Hosts.Count; i++)
            CheckHost(server.Hosts[i], $"{field}.hosts[{i}]", problems);
        CheckBind(server, field, problems);
        if (server.DefaultEndpoint.Length > 0)
            problems.Warn(field + ".defaultEndpoint", "it has no effect");
        ServerTlsRules.Check(server.Tls, field + ".tls", problems);
        if (server.Port is null)
            problems.Error(field + ".port", "a port is required");
        else
            CheckPort(server, server.Port, field, problems);
    }

    private static void CheckPort(Server server, Port port, string field, Problems problems)
    {
        var protocol = Protocols.OfWord(port.Protocol);
        problems.Require(
            protocol != Protocol.Auto, field + ".port.protocol", $"'{port.Protocol}' is none of HTTP, HTTP2, GRPC, GRPC-WEB, HTTPS, TLS, TCP, MONGO, REDIS, MYSQL");
        var socket = port.Number == 0 && server.Bind.StartsWith(UnixPrefix, StringComparison.Ordinal);
        problems.Require(socket || NameRules.IsPort(port.Number), field + ".port.number", $"{port.Number} is no port");
#pragma warning disable CS0612 // Deprecated, but a user may write it.
        problems.Require(port.TargetPort == 0, field + ".port.targetPort", "gateways have no target port");
#pragma warning restore CS0612
        problems.Require(port.Name.Length > 0, field + ".port.name", "a name is required");
        if (protocol == Protocol.Auto)
            return;
        if (protocol.IsTls())
            problems.Require(server.Tls is not null, field + ".tls", $"protocol {port.Protocol} needs TLS settings");
        else if (server.Tls is { } tls)
            CheckPlainTls(tls, protocol.IsHttp(), field + ".tls", problems);
        if (!protocol.IsHttp() && server.Tls is { HttpsRedirect: true })
            problems.Warn(field + ".tls.httpsRedirect", "it has no effect: only a port of plain HTTP can redirect");
    }

    /// <summary>On plain ports the settings may say nothing but the redirect to HTTPS.</summary>
    private static void CheckPlainTls(ServerTLSSettings tls, bool http, string field, Problems problems)
    {
        if (!http)
        {
            problems.Error(field, "a port that is neither HTTPS nor TLS has no TLS settings");
            return;
        }

        var passes = tls.Mode is ServerTLSSettings.Types.TLSmode.Passthrough or ServerTLSSettings.Types.TLSmode.AutoPassthrough;
        var files = tls.CaCertificates.Length + tls.PrivateKey.Length + tls.ServerCertificate.Length > 0;
        problems.Require(passes && !files, field, "a port of plain HTTP takes no TLS settings but httpsRedirect");
    }

    private static void CheckBind(Server server, string field, Problems problems)
    {
        if (server.Bind.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            var path = server.Bind[UnixPrefix.Length..];
            problems.Require(path.Length > 1 && path[0] is '/' or '@', field + ".bind", $"'{path}' is no absolute path");
            problems.Require(server.Port is null or { Number: 0 }, field + ".port.number", "a socket has no port: write 0");
        }
        else if (server.Bind.Length > 0)
        {
            problems.Require(IPAddress.TryParse(server.Bind, out _), field + ".bind", $"'{server.Bind}' is no IP address");
        }
    }

    /// <summary>A host, or namespace/host where the namespace may also be "." or "*".</summary>
    private static void CheckHost(string text, string field, Problems problems)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            var @namespace = text[..slash];
            problems.Require(@namespace is "*" or "." || NameRules.IsLabel(@namespace), field, $"'{@namespace}' is no namespace");
        }

        var host = text[(slash + 1)..];
        problems.Require(host == "*" || host.Contains('.', StringComparison.Ordinal) || host.Contains(':', StringComparison.Ordinal), field, $"'{host}' is not fully qualified");
        problems.Require(NameRules.IsWildcardDomain(host) || IPAddress.TryParse(host, out _), field, $"'{host}' is no host");
        problems.Require(!NameRules.IsPartialWildcard(host), field, $"'{host}': a wildcard stands for whole labels");
    }
}
