using System.Globalization;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Sidecar;

/// <summary>The init container that leads traffic to the proxy, or checks that a CNI plugin has done so.</summary>
internal static class InterceptionContainer
{
    /// <summary>The container; null where nothing is intercepted.</summary>
    public static JsonObject? Make(TemplateInput input)
    {
        if (!input.IsIntercepted)
            return null;
        var cni = input.Values.Proxy.Cni;
        var container = new JsonObject
        {
            ["name"] = cni ? ContainerNames.Validation : ContainerNames.Init,
            ["image"] = ProxyImages.Init(input),
            ["args"] = JsonTree.Texts(Arguments(input)),
        };
        container.SetPullPolicy(input);
        if (input.ProxyMetadata.Count > 0)
            container["env"] = new EnvironmentList().All(input.ProxyMetadata).Items;
        container.SetIfAny("resources", ProxyContainer.Resources(input));
        container["securityContext"] = cni ? SecurityContexts.Validation(input) : SecurityContexts.Init(input);
        return container;
    }

    /// <summary>The rules as arguments, without the program's name.</summary>
    public static List<string> Rules(TemplateInput input)
    {
        var traffic = new TrafficSettings(input);
        var user = input.IsTransparent ? TemplateInput.DefaultUser : input.User;
        List<string> arguments =
        [
            "-p", Port(input.Mesh.OutboundPort, 15001), "-z", Port(input.Mesh.InboundPort, 15006), "-u", user.ToString(CultureInfo.InvariantCulture),
            "-m", input.Mode, "-i", traffic.IncludeIPRanges, "-x", traffic.ExcludeIPRanges, "-b", traffic.IncludeInboundPorts,
            "-d", traffic.AllExcludedInboundPorts,
        ];
        AddIfAny(arguments, "-q", traffic.IncludeOutboundPorts);
        AddIfAny(arguments, "-o", traffic.ExcludeOutboundPorts);
        AddIfAny(arguments, "-k", traffic.VirtualInterfaces);
        AddIfAny(arguments, "-c", traffic.ExcludeInterfaces);
        return arguments;
    }

    private static List<string> Arguments(TemplateInput input)
    {
        var proxy = input.Values.Proxy;
        List<string> arguments = ["istio-iptables", .. Rules(input), ProxyContainer.AgentLog(input)];
        if (proxy.LogAsJson)
            arguments.Add("--log_as_json");
        if (proxy.Cni)
            arguments.AddRange(["--run-validation", "--skip-rule-apply"]);
        else if (proxy.ForceApplyIptables)
            arguments.Add("--force-apply");
        if (proxy.NativeNftables)
            arguments.Add("--native-nftables");
        return arguments;
    }

    private static string Port(long configured, long fallback) => (configured == 0 ? fallback : configured).ToString(CultureInfo.InvariantCulture);

    private static void AddIfAny(List<string> arguments, string name, string? value)
    {
        if (value is not null)
            arguments.AddRange([name, value]);
    }
}
