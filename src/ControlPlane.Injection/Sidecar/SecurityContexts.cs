using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Sidecar;

/// <summary>Security contexts of the containers that injection adds.</summary>
internal static class SecurityContexts
{
    /// <summary>The proxy's own.</summary>
    public static JsonObject Proxy(TemplateInput input)
    {
        if (input.ProxyMetadata.GetValueOrDefault("IPTABLES_TRACE_LOGGING") == "true")
            return WithSeccomp(Make(privileged: true, ["NET_ADMIN"], readOnly: true, user: 0, input.Group, nonRoot: false), input);
        var capabilities = new List<string>();
        if (input.IsTransparent)
            capabilities.Add("NET_ADMIN");
        if (input.BindsLowPorts)
            capabilities.Add("NET_BIND_SERVICE");
        var needsRoot = capabilities.Count > 0;
        return WithSeccomp(
            Make(
                input.Values.Proxy.Privileged, capabilities, readOnly: true,
                needsRoot ? 0 : input.User, needsRoot ? TemplateInput.DefaultUser : input.Group, !needsRoot),
            input);
    }

    /// <summary>The container that sets up interception.</summary>
    public static JsonObject Init(TemplateInput input) =>
        WithSeccomp(Make(input.Values.Proxy.Privileged, ["NET_ADMIN", "NET_RAW"], readOnly: false, user: 0, group: 0, nonRoot: false), input);

    /// <summary>The container that checks what a CNI plugin has set up.</summary>
    public static JsonObject Validation(TemplateInput input)
    {
        var (user, group) = input.IsTransparent ? (TemplateInput.DefaultUser, TemplateInput.DefaultUser) : (input.User, input.Group);
        return WithSeccomp(Make(input.Values.Proxy.Privileged, [], readOnly: true, user, group, nonRoot: true), input);
    }

    private static JsonObject Make(bool privileged, List<string> capabilities, bool readOnly, long user, long group, bool nonRoot)
    {
        var granted = new JsonObject();
        if (capabilities.Count > 0)
            granted["add"] = JsonTree.Texts(capabilities);
        granted["drop"] = JsonTree.Texts("ALL");
        return new JsonObject
        {
            ["allowPrivilegeEscalation"] = privileged, ["capabilities"] = granted, ["privileged"] = privileged, ["readOnlyRootFilesystem"] = readOnly,
            ["runAsGroup"] = group, ["runAsNonRoot"] = nonRoot, ["runAsUser"] = user,
        };
    }

    private static JsonObject WithSeccomp(JsonObject context, TemplateInput input)
    {
        context.SetIfAny("seccompProfile", input.Values.Proxy.SeccompProfile?.DeepClone());
        return context;
    }
}
