using Google.Protobuf;
using Grpc.Core;
using Istio.V1.Auth;

namespace ControlPlane.Security.CertificateService;

/// <summary>The method of istio.v1.auth.IstioCertificateService.</summary>
public static class CertificateServiceMethods
{
    /// <summary>CreateCertificate, for servers and clients.</summary>
    public static Method<IstioCertificateRequest, IstioCertificateResponse> CreateCertificate { get; } = new(
        MethodType.Unary,
        "istio.v1.auth.IstioCertificateService",
        "CreateCertificate",
        Marshallers.Create<IstioCertificateRequest>(static message => message.ToByteArray(), IstioCertificateRequest.Parser.ParseFrom),
        Marshallers.Create<IstioCertificateResponse>(static message => message.ToByteArray(), IstioCertificateResponse.Parser.ParseFrom));
}
