using System.Globalization;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;
using ControlPlane.Injection.Patching;

namespace ControlPlane.Injection.Injecting;

/// <summary>Lays what the user says of containers that templates make too over the result, and remembers it for the next injection.</summary>
internal static class UserOverrides
{
    /// <summary>The image by which a user says: whatever the template has.</summary>
    private const string AutoImage = "auto";

    /// <summary>Applies them.</summary>
    /// <param name="merged">The merged pod; is changed.</param>
    /// <param name="original">The pod as it came.</param>
    /// <param name="rendered">What the templates made.</param>
    /// <param name="earlier">What the pod says of an earlier injection.</param>
    /// <param name="transparent">Whether the proxy config's interception is TPROXY.</param>
    public static void Apply(JsonObject merged, JsonObject original, JsonObject rendered, EarlierInjection earlier, bool transparent)
    {
        var overrides = new JsonObject();
        foreach (var list in (string[])[PodParts.Containers, PodParts.InitContainers])
        {
            foreach (var name in rendered.Object("spec").List(list).Objects().Select(container => container.Text("name") ?? "").ToList())
            {
                if (earlier.Added(list, name) || Own(list, name) is not { } own)
                    continue;
                var overlay = (JsonObject)JsonTree.WithoutNulls(own)!;
                if (overlay.Text("image") == AutoImage)
                    overlay.Remove("image");
                overrides.ListOrNew(list).Add((JsonNode)overlay);
                StrategicMerge.Apply(merged, new JsonObject { ["spec"] = new JsonObject { [list] = JsonTree.ListOf([overlay.DeepClone()]) } });
            }
        }

        if (overrides.Count > 0 && !earlier.IsInjected)
            merged.AnnotationsOrNew()[AnnotationNames.Overrides] = JsonText.Write(overrides);
        AlignUser(merged, Wish(original, earlier), transparent);

        // An init container of the template may be the user's ordinary one: a native sidecar.
        JsonObject? Own(string list, string name) => earlier.Override(list, name)
            ?? (list == PodParts.InitContainers ? original.Container(PodParts.Containers, name) : null)
            ?? original.Container(list, name);
    }

    /// <summary>What the user says of the proxy: not what an earlier injection put there, or a second one would differ from the first.</summary>
    private static JsonObject? Wish(JsonObject original, EarlierInjection earlier)
    {
        string[] lists = [PodParts.InitContainers, PodParts.Containers];
        return lists.Select(list => earlier.Override(list, ContainerNames.Proxy)).FirstOrDefault(own => own is not null)
            ?? (lists.Any(list => earlier.Added(list, ContainerNames.Proxy)) ? null : original.Proxy());
    }

    /// <summary>Where the user has the proxy run as someone else, interception must spare that user.</summary>
    private static void AlignUser(JsonObject merged, JsonObject? wish, bool transparent)
    {
        var wanted = wish.Object("securityContext");
        var (user, group) = (wanted.Whole("runAsUser"), wanted.Whole("runAsGroup"));
        var init = merged.Container(PodParts.InitContainers, ContainerNames.Init) ?? merged.Container(PodParts.InitContainers, ContainerNames.Validation);
        if ((user is null && group is null) || init is null)
            return;
        transparent = transparent || merged.Annotation(AnnotationNames.InterceptionMode) == "TPROXY";
        if (transparent && user is not null && merged.Proxy() is { } proxy)
            proxy.ObjectOrNew("securityContext")["runAsUser"] = 0;
        if (!transparent && init.Text("name") == ContainerNames.Validation)
        {
            var context = init.ObjectOrNew("securityContext");
            if (user is { } id)
                context["runAsUser"] = id;
            if (group is { } groupId)
                context["runAsGroup"] = groupId;
        }

        if (user is not (null or 0))
            SetSparedUser(init, user.Value);
    }

    private static void SetSparedUser(JsonObject init, long user)
    {
        var arguments = init.List("args") ?? [];
        for (var i = 0; i + 1 < arguments.Count; i++)
        {
            if (JsonTree.TextOf(arguments[i]) != "-u")
                continue;
            arguments[i + 1] = user.ToString(CultureInfo.InvariantCulture);
            return;
        }
    }
}
