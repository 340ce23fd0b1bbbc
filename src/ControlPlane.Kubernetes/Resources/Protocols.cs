namespace ControlPlane.Kubernetes.Resources;

/// <summary>The transport protocols of Kubernetes ports.</summary>
internal static class Protocols
{
    /// <summary>The field protocol of a port; TCP where it is absent, as the API server sets it.</summary>
    public static string Read(Fields port)
    {
        var protocol = port.Text("protocol", "TCP");
        if (protocol.Length == 0)
            return "TCP";
        if (protocol is not ("TCP" or "UDP" or "SCTP"))
            port.Invalid("protocol", $"must be TCP, UDP or SCTP, is \"{protocol}\"");
        return protocol;
    }
}
