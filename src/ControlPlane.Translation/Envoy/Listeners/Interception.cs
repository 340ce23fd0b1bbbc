using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>How connections reach a sidecar, and which ports are its own.</summary>
/// <param name="None">Whether nothing is intercepted: every listener binds its port (INTERCEPTION_MODE NONE).</param>
/// <param name="Transparent">Whether interception keeps the addresses (TPROXY).</param>
/// <param name="Unprivileged">Whether the pod may not bind ports below 1024.</param>
/// <param name="OwnPorts">Ports of listeners that the bootstrap brings (status, metrics), ascending.</param>
public sealed record Interception(bool None, bool Transparent, bool Unprivileged, EquatableArray<int> OwnPorts)
{
    private const int FirstUnprivilegedPort = 1024;

    private static readonly string[] PortKeys =
        ["ENVOY_STATUS_PORT", "ENVOY_PROMETHEUS_PORT", "ENVOY_SECURE_METRICS_PORT", "ENVOY_SECURE_MERGED_METRICS_PORT"];

    /// <summary>What the metadata of a class says.</summary>
    public static Interception Of(ProxyClass proxy)
    {
        var mode = proxy.MetadataText("INTERCEPTION_MODE");
        var ports = PortKeys.Select(k => Number(proxy.MetadataText(k))).Where(p => p != 0).Distinct().Order();
        return new Interception(mode == "NONE", mode == "TPROXY", IsTrue(proxy.MetadataText("UNPRIVILEGED_POD")), ports.ToEquatableArray());
    }

    /// <summary>Whether the pod may not bind a port.</summary>
    public bool Forbids(bool bindsPort, int port) => bindsPort && Unprivileged && port < FirstUnprivilegedPort;

    /// <summary>Whether a text of the metadata means true, as Go reads booleans.</summary>
    public static bool IsTrue(string? text) => text is "1" or "t" or "T" or "true" or "TRUE" or "True";

    private static int Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0;
}
