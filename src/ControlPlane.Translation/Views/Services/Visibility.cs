using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Views.Services;

/// <summary>exportTo: which namespaces see an object.</summary>
/// <param name="Public">Everybody does.</param>
/// <param name="Namespaces">Otherwise: those that do ("." already replaced by the object's own namespace), sorted; empty for nobody.</param>
public sealed record Visibility(bool Public, EquatableArray<string> Namespaces)
{
    /// <summary>Seen by everybody.</summary>
    public static Visibility Everywhere { get; } = new(true, []);

    /// <summary>Seen by nobody.</summary>
    public static Visibility Nowhere { get; } = new(false, []);

    /// <summary>Whether proxies of that namespace see the object.</summary>
    public bool Includes(string @namespace)
    {
        if (Public)
            return true;
        foreach (var seen in Namespaces)
        {
            if (string.Equals(seen, @namespace, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
