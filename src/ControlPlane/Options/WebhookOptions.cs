using System.Net;

namespace ControlPlane.Options;

/// <summary>Options: the webhooks, injection and validation.</summary>
/// <param name="IsOn">Whether they are served.</param>
/// <param name="Address">Where they listen.</param>
/// <param name="CertificateFile">File with their certificate and chain in PEM; "": the mesh's authority issues one.</param>
/// <param name="KeyFile">File with the key in PEM; "" with no certificate.</param>
/// <param name="ValuesFile">File with the chart values that injection goes by; "" for the defaults.</param>
/// <param name="Url">Where the API server of a cluster finds injection; "" for the control plane's Service.</param>
/// <param name="ValidationUrl">Where it finds validation; "" for the control plane's Service.</param>
public sealed record WebhookOptions(
    bool IsOn, IPEndPoint Address, string CertificateFile, string KeyFile, string ValuesFile, string Url = "", string ValidationUrl = "")
{
    /// <summary>Reads the options. Faults are recorded in <paramref name="values"/>.</summary>
    public static WebhookOptions Read(SettingValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var options = new WebhookOptions(
            values.Get(Settings.Injection), values.Get(Settings.WebhookAddress), values.Get(Settings.WebhookCertificate), values.Get(Settings.WebhookKey),
            values.Get(Settings.InjectionValues), values.Get(Settings.InjectionUrl), values.Get(Settings.ValidationUrl));
        foreach (var (setting, url) in new[] { (Settings.InjectionUrl, options.Url), (Settings.ValidationUrl, options.ValidationUrl) })
        {
            if (url.Length > 0 && !options.IsOn)
                values.Fail($"{setting.Flag}: means something only with {Settings.Injection.Flag}");
        }

        if (options.CertificateFile.Length == 0 != (options.KeyFile.Length == 0))
            values.Fail($"{Settings.WebhookCertificate.Flag} and {Settings.WebhookKey.Flag} go together");
        foreach (var (setting, file) in new[] { (Settings.WebhookCertificate, options.CertificateFile), (Settings.WebhookKey, options.KeyFile), (Settings.InjectionValues, options.ValuesFile) })
        {
            if (file.Length > 0 && !options.IsOn)
                values.Fail($"{setting.Flag}: means something only with {Settings.Injection.Flag}");
            else if (file.Length > 0 && !File.Exists(file))
                values.Fail($"{setting.Flag}: there is no file {file}");
        }

        return options;
    }
}
