namespace ControlPlane.Injection.Configuration;

/// <summary>Where images come from (global.hub, tag, variant, proxy.image, proxy_init.image, pull policy and secrets).</summary>
internal sealed class ImageValues(ValueReader values)
{
    public string Hub { get; } = values.Text("global.hub");

    public string Tag { get; } = values.Text("global.tag");

    public string Variant { get; } = values.Text("global.variant");

    public string Proxy { get; } = values.Text("global.proxy.image");

    public string Init { get; } = values.Text("global.proxy_init.image");

    public string PullPolicy { get; } = values.Text("global.imagePullPolicy");

    public IReadOnlyList<string> PullSecrets { get; } = values.List("global.imagePullSecrets");

    /// <summary>Image of the plain Envoy of the template agentless; ours, not Istio's.</summary>
    public string Envoy { get; } = values.Text("global.proxy.envoyImage") is { Length: > 0 } image ? image : "envoyproxy/envoy:contrib-distroless-v1.40-latest";

    /// <summary>Image that runs our own `iptables` command in the template agentless; ours.</summary>
    public string Interception { get; } = values.Text("global.proxy.interceptionImage") is { Length: > 0 } image ? image : "controlplane:latest";
}
