using System.Globalization;

namespace ControlPlane.Translation.Envoy.Names;

/// <summary>Names under which statistics are counted.</summary>
public static class StatNames
{
    /// <summary>A name whose end the statistics show: Istio's tag extraction looks for the semicolon, as names hold dots.</summary>
    public static string Delimited(string name) => name + ";";

    /// <summary>Fills a pattern of outboundClusterStatName or inboundClusterStatName.</summary>
    /// <param name="pattern">Text with %SERVICE%, %SERVICE_NAME%, %SERVICE_FQDN%, %SERVICE_PORT%, %SERVICE_PORT_NAME%, %TARGET_PORT%, %SUBSET_NAME%.</param>
    /// <param name="service">What the service is called.</param>
    /// <param name="subset">Subset, "" for the whole service.</param>
    /// <param name="port">Service port.</param>
    /// <param name="portName">Name of the service port.</param>
    /// <param name="targetPort">Port of the workload; 0 outbound.</param>
    public static string Fill(string pattern, ServiceName service, string subset, int port, string portName, int targetPort) => Fill(
        pattern.Replace("%SUBSET_NAME%", subset, StringComparison.Ordinal).Replace("%TARGET_PORT%", targetPort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
        service,
        port,
        portName);

    /// <summary>Fills the pattern of inboundClusterStatName for connections of a listener: istiod leaves %TARGET_PORT% as it is there.</summary>
    /// <param name="pattern">The pattern; "" for none.</param>
    /// <param name="cluster">The cluster, whose name stands where there is no pattern.</param>
    /// <param name="service">What the service is called.</param>
    /// <param name="port">Service port.</param>
    /// <param name="portName">Name of the service port.</param>
    public static string OfInboundListener(string pattern, string cluster, ServiceName service, int port, string portName) =>
        pattern.Length == 0 ? cluster : Fill(pattern.Replace("%SUBSET_NAME%", "", StringComparison.Ordinal), service, port, portName);

    private static string Fill(string pattern, ServiceName service, int port, string portName) => pattern
        .Replace("%SERVICE%", service.Short, StringComparison.Ordinal)
        .Replace("%SERVICE_NAME%", service.Bare, StringComparison.Ordinal)
        .Replace("%SERVICE_FQDN%", service.Host, StringComparison.Ordinal)
        .Replace("%SERVICE_PORT%", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("%SERVICE_PORT_NAME%", portName, StringComparison.Ordinal);
}
