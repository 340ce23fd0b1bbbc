namespace ControlPlane.Injection.Configuration;

/// <summary>Chart values about the validating webhook.</summary>
public sealed class ValidationValues
{
    internal ValidationValues(ValueReader values)
    {
        IsOn = values.Flag("global.configValidation");
        Url = values.Text("base.validationURL");
        CaBundle = values.Text("base.validationCABundle");
        FailurePolicy = values.Text("base.validationFailurePolicy");
        if (FailurePolicy is not ("" or "Fail" or "Ignore"))
            throw new InvalidConfigurationException($"chart value base.validationFailurePolicy: Fail or Ignore is expected, not {FailurePolicy}");
        if (Url.Length > 0 && !Url.StartsWith("https://", StringComparison.Ordinal))
            throw new InvalidConfigurationException($"chart value base.validationURL: a URL that begins with https:// is expected, not {Url}");
    }

    /// <summary>Whether the cluster is told of the webhook.</summary>
    public bool IsOn { get; }

    /// <summary>The webhook's URL; "" where the API server is to ask the control plane's Service.</summary>
    public string Url { get; }

    /// <summary>The certificates by which the API server knows the webhook, base64 as the configuration holds it; "" for the mesh's roots.</summary>
    public string CaBundle { get; }

    /// <summary>Fail or Ignore for good; "": Ignore until the webhook is proven to be asked, then Fail.</summary>
    public string FailurePolicy { get; }
}
