using Envoy.Config.Core.V3;
using Envoy.Extensions.PrivateKeyProviders.Cryptomb.V3Alpha;
using Envoy.Extensions.PrivateKeyProviders.Qat.V3Alpha;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using EnvoyProvider = Envoy.Extensions.TransportSockets.Tls.V3.PrivateKeyProvider;
using IstioProvider = Istio.Mesh.V1Alpha1.PrivateKeyProvider;

namespace ControlPlane.Translation.Envoy.Secrets;

/// <summary>Hands private keys to hardware or to optimised code in the proxy.</summary>
internal static class KeyProviders
{
    /// <summary>The provider with its key; null where the settings name none.</summary>
    public static EnvoyProvider? Of(IstioProvider settings, DataSource key) => settings.ProviderCase switch
    {
        IstioProvider.ProviderOneofCase.Cryptomb => Of(
            "cryptomb",
            new CryptoMbPrivateKeyMethodConfig { PrivateKey = key, PollDelay = Delay(settings.Cryptomb.PollDelay) },
            settings.Cryptomb.Fallback ?? false),
        IstioProvider.ProviderOneofCase.Qat => Of(
            "qat",
            new QatPrivateKeyMethodConfig { PrivateKey = key, PollDelay = Delay(settings.Qat.PollDelay) },
            settings.Qat.Fallback ?? false),
        _ => null,
    };

    private static EnvoyProvider Of(string name, IMessage config, bool fallback) =>
        new() { ProviderName = name, TypedConfig = ProtoJson.Pack(config), Fallback = fallback };

    /// <summary>As istiod: only the part below a second counts.</summary>
    private static Duration Delay(Duration? given) => new() { Nanos = given?.Nanos ?? 0 };
}
