using System.Net;

namespace ControlPlane.Options;

/// <summary>Settings of the webhooks.</summary>
public static partial class Settings
{
    /// <summary>See <see cref="WebhookOptions.IsOn"/>.</summary>
    public static Setting<bool> Injection { get; } = new(
        "--injection", "BOOL", "false", "Whether the webhooks are served: the one that injects sidecars and the one that refuses invalid configuration.", SettingParsers.Switch);

    /// <summary>See <see cref="WebhookOptions.Address"/>.</summary>
    public static Setting<IPEndPoint> WebhookAddress { get; } = new(
        "--webhook-address", "HOST:PORT", "127.0.0.1:15017", "With --injection: address for the webhooks over TLS, POST /inject and /validate.", SettingParsers.Address, "--httpsAddr");

    /// <summary>See <see cref="WebhookOptions.CertificateFile"/>.</summary>
    public static Setting<string> WebhookCertificate { get; } = new(
        "--webhook-tls-cert", "FILE", "",
        "The webhook's certificate with its chain in PEM, read again when it changes; without it the mesh's own authority issues one.",
        static text => text, "--tlsCertFile");

    /// <summary>See <see cref="WebhookOptions.KeyFile"/>.</summary>
    public static Setting<string> WebhookKey { get; } = new(
        "--webhook-tls-key", "FILE", "", "The key of the webhook's certificate in PEM.", static text => text, "--tlsKeyFile");

    /// <summary>See <see cref="WebhookOptions.ValuesFile"/>.</summary>
    public static Setting<string> InjectionValues { get; } = new(
        "--injection-values", "FILE", "", "Chart values that injection goes by, in YAML; without it the chart's defaults.", static text => text);

    /// <summary>See <see cref="WebhookOptions.Url"/>.</summary>
    public static Setting<string> InjectionUrl { get; } = new(
        "--injection-url", "URL", "",
        "With --injection on a cluster: the webhook's https URL with its path, for an API server that can't reach the Service istiod of the root namespace.",
        SettingParsers.WebhookUrl);

    /// <summary>See <see cref="WebhookOptions.ValidationUrl"/>.</summary>
    public static Setting<string> ValidationUrl { get; } = new(
        "--validation-url", "URL", "",
        "With --injection on a cluster: the same for the webhook that refuses invalid configuration, path /validate.",
        SettingParsers.WebhookUrl);

    private static Setting[] Webhook { get; } = [Injection, WebhookAddress, WebhookCertificate, WebhookKey, InjectionValues, InjectionUrl, ValidationUrl];
}
