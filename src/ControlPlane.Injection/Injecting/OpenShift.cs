using System.Globalization;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;
using ControlPlane.Injection.Sidecar;

namespace ControlPlane.Injection.Injecting;

/// <summary>OpenShift gives each namespace its own range of users; the proxy takes the last, applications get the first.</summary>
internal static class OpenShift
{
    /// <summary>User and group of proxies in a namespace; 1337 where the namespace says nothing.</summary>
    public static (long User, long Group) ProxyIds(IReadOnlyDictionary<string, string>? annotations)
    {
        var users = annotations?.GetValueOrDefault(AnnotationNames.OpenShiftUserRange);
        var groups = annotations?.GetValueOrDefault(AnnotationNames.OpenShiftGroups) ?? users;
        return (End(users) ?? TemplateInput.DefaultUser, EndOfFirst(groups) ?? TemplateInput.DefaultUser);
    }

    /// <summary>Takes user and group off a proxy of the user's where OpenShift gave it the application's: both would be spared interception.</summary>
    public static void ResetProxyUser(JsonObject pod)
    {
        if (pod.Proxy().Object("securityContext") is not { } context)
            return;
        long proxyUser = 0, appUser = 0;
        foreach (var container in pod.Object("spec").List(PodParts.Containers).Objects().Concat(pod.Object("spec").List(PodParts.InitContainers).Objects()))
        {
            if (container.Object("securityContext").Whole("runAsUser") is not { } user)
                continue;
            var name = container.Text("name");
            if (name == ContainerNames.Proxy)
                proxyUser = user;
            else if (name is not (ContainerNames.Init or ContainerNames.Validation))
                appUser = user;
        }

        if (proxyUser != appUser)
            return;
        context.Remove("runAsUser");
        context.Remove("runAsGroup");
    }

    /// <summary>The end of the first block, where every block is well-formed.</summary>
    private static long? EndOfFirst(string? blocks)
    {
        var ends = blocks?.Split(',').Select(End).ToList();
        return ends is null || ends.Contains(null) ? null : ends[0];
    }

    /// <summary>The last number of start/size or start-end.</summary>
    private static long? End(string? block)
    {
        var separator = block?.AsSpan().IndexOfAny('/', '-') ?? -1;
        if (separator <= 0
            || !uint.TryParse(block.AsSpan(0, separator), NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            || !uint.TryParse(block.AsSpan(separator + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var second))
            return null;
        return block![separator] == '/' ? unchecked(start + second - 1) : second;
    }
}
