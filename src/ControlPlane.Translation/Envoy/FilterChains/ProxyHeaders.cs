using ControlPlane.Translation.Features.Telemetry;
using Istio.Mesh.V1Alpha1;
using Hcm = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager;
using Settings = Istio.Mesh.V1Alpha1.ProxyConfig.Types.ProxyHeaders;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>Applies proxyHeaders of the proxy configuration: which headers a proxy adds and reveals.</summary>
internal static class ProxyHeaders
{
    private const string ServerName = "istio-envoy";

    /// <summary>Writes them into a connection manager.</summary>
    public static void Apply(Hcm manager, Settings? settings, TelemetrySide side)
    {
        manager.ServerName = side == TelemetrySide.Outbound ? "" : ServerName;
        if (settings?.Server is { } server)
        {
            if (server.Disabled ?? false)
            {
                manager.ServerName = "";
                manager.ServerHeaderTransformation = Hcm.Types.ServerHeaderTransformation.PassThrough;
            }
            else if (server.Value.Length > 0)
            {
                manager.ServerName = server.Value;
            }
        }

        if (settings?.RequestId?.Disabled ?? false)
            manager.GenerateRequestId = false;
        manager.AppendXForwardedPort = settings?.XForwardedPort?.Enabled ?? false;
    }

    /// <summary>Writes what is said of the client's certificate: on inbound listeners of sidecars.</summary>
    public static void ApplyClientCertificate(Hcm manager, Settings? settings)
    {
        var forward = settings?.ForwardedClientCert ?? ForwardClientCertDetails.Undefined;
        var details = settings?.SetCurrentClientCertDetails;
        manager.ForwardClientCertDetails = forward == ForwardClientCertDetails.Undefined ? Hcm.Types.ForwardClientCertDetails.AppendForward : Convert(forward);
        manager.SetCurrentClientCertDetails = new Hcm.Types.SetCurrentClientCertDetails
        {
            Subject = details?.Subject ?? true,
            Uri = details?.Uri ?? true,
            Dns = details?.Dns ?? true,
            Cert = details?.Cert ?? false,
            Chain = details?.Chain ?? false,
        };
    }

    /// <summary>Istio's word for how the header about the client's certificate is treated, in Envoy's.</summary>
    public static Hcm.Types.ForwardClientCertDetails Convert(ForwardClientCertDetails details) => details switch
    {
        ForwardClientCertDetails.ForwardOnly => Hcm.Types.ForwardClientCertDetails.ForwardOnly,
        ForwardClientCertDetails.AppendForward => Hcm.Types.ForwardClientCertDetails.AppendForward,
        ForwardClientCertDetails.SanitizeSet => Hcm.Types.ForwardClientCertDetails.SanitizeSet,
        ForwardClientCertDetails.AlwaysForwardOnly => Hcm.Types.ForwardClientCertDetails.AlwaysForwardOnly,
        _ => Hcm.Types.ForwardClientCertDetails.Sanitize,
    };
}
