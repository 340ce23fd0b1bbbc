using System.Globalization;

namespace ControlPlane.Translation.Envoy.Names;

/// <summary>Names of clusters, as Istio's clients and dashboards know them. The only place that formats or parses one.</summary>
public static class ClusterNames
{
    /// <summary>The cluster without endpoints: traffic that must not pass.</summary>
    public const string BlackHole = "BlackHoleCluster";

    /// <summary>What a route without destination leads to; there is no such cluster.</summary>
    public const string UnknownService = "UnknownService";

    /// <summary>The original destination of an outbound connection.</summary>
    public const string Passthrough = "PassthroughCluster";

    /// <summary>The original destination of an inbound connection.</summary>
    public const string InboundPassthrough = "InboundPassthroughCluster";

    /// <summary>Resolves the host of any request (outboundTrafficPolicy ALLOW_ANY_DYNAMIC_DNS).</summary>
    public const string AllowAnyDynamicDns = "AllowAnyDynamicDNSCluster";

    /// <summary>Istio's agent, which serves certificates over a Unix domain socket; comes with the bootstrap.</summary>
    public const string SdsServer = "sds-grpc";

    /// <summary>The user's own server of secrets, beside the proxy.</summary>
    public const string ExternalSdsServer = "sds-external";

    /// <summary>The server of certificates in files; comes with the bootstrap.</summary>
    public const string SdsFilesServer = "sds-files-grpc";

    /// <summary>The access log service of the mesh settings; comes with the bootstrap.</summary>
    public const string AccessLogService = "envoy_accesslog_service";

    /// <summary>A port of a service: <c>outbound|port|subset|host</c>.</summary>
    /// <param name="port">Service port.</param>
    /// <param name="subset">Subset, "" for the whole service.</param>
    /// <param name="host">Host of the service.</param>
    public static string Outbound(int port, string subset, string host) =>
        string.Create(CultureInfo.InvariantCulture, $"outbound|{port}|{subset}|{host}");

    /// <summary>A port of the workload itself: <c>inbound|port||</c>.</summary>
    public static string Inbound(int port) => string.Create(CultureInfo.InvariantCulture, $"inbound|{port}||");

    /// <summary>
    /// A port of a service as a server name, <c>outbound_.port_.subset_.host</c>: by it a gateway between networks finds the service
    /// without ending TLS. Also the name of that gateway's cluster.
    /// </summary>
    public static string ServerName(int port, string subset, string host) =>
        string.Create(CultureInfo.InvariantCulture, $"outbound_.{port}_.{subset}_.{host}");

    /// <summary>Takes <see cref="Outbound"/> apart; false for any other name.</summary>
    public static bool TryParseOutbound(string name, out int port, out string subset, out string host)
    {
        port = 0;
        subset = host = "";
        if (name.Split('|') is not ["outbound", var number, var part, var rest] || rest.Length == 0
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out port))
            return false;
        (subset, host) = (part, rest);
        return true;
    }

    /// <summary>
    /// Port, subset and host in the name of any cluster, in both forms. 0 and "" where it has none.
    /// </summary>
    public static (int Port, string Subset, string Host) Parts(string name)
    {
        var byServerName = name.StartsWith("outbound_.", StringComparison.Ordinal) || name.StartsWith("inbound_.", StringComparison.Ordinal);
        var parts = name.Split(byServerName ? "_." : "|", 4);
        var port = parts.Length > 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return (port, parts.Length > 3 ? parts[2] : "", parts.Length > 3 ? parts[3] : "");
    }
}
