using ControlPlane.Model.Delivery;

namespace ControlPlane.Commands.Translate;

/// <summary>Which file holds the resources of which type.</summary>
internal static class ResourceFiles
{
    /// <summary>The types that are written: the name of their file without .json, and whether it is written even where there are none.</summary>
    public static IReadOnlyList<(XdsType Type, string Name, bool Always)> All { get; } =
    [
        (XdsType.Listener, "listeners", true),
        (XdsType.Route, "routes", true),
        (XdsType.Cluster, "clusters", true),
        (XdsType.Endpoint, "endpoints", true),
        (XdsType.NameTable, "names", false),
        (XdsType.Secret, "secrets", false),
        (XdsType.ExtensionConfig, "extensions", false),
    ];

    /// <summary>The type that a file of that name holds, or null.</summary>
    public static XdsType? TypeOf(string name)
    {
        foreach (var (type, file, _) in All)
        {
            if (file == name)
                return type;
        }

        return null;
    }
}
