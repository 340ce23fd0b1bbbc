namespace ControlPlane.EndToEnd.Simulation;

/// <summary>What an Envoy says that it did, a line of its access log; "-" for what there was none of.</summary>
internal sealed record AccessRecord(
    string Client, string Destination, string Chain, string Route, string Cluster, string Host, string Status, string Flags, string Path, string Authority, string TransportFailure)
{
    /// <summary>The format of the log that is read here.</summary>
    public const string Format =
        "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%\t%DOWNSTREAM_LOCAL_ADDRESS%\t%FILTER_CHAIN_NAME%\t%ROUTE_NAME%\t%UPSTREAM_CLUSTER_RAW%\t%UPSTREAM_HOST%\t%RESPONSE_CODE%\t%RESPONSE_FLAGS%"
        + "\t%REQ(:PATH)%\t%REQ(:AUTHORITY)%\t%UPSTREAM_TRANSPORT_FAILURE_REASON%\n";

    /// <summary>Reads a line, null for one that is not whole.</summary>
    public static AccessRecord? Parse(string line) => line.Split('\t') is [var a, var b, var c, var d, var e, var f, var g, var h, var i, var j, var k]
        ? new AccessRecord(a, b, c, d, e, f, g, h, i, j, k)
        : null;
}
