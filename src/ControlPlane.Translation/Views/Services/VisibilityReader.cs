using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Views.Services;

/// <summary>Reads exportTo as Services and ServiceEntries write it.</summary>
internal static class VisibilityReader
{
    private const string Everybody = "*";
    private const string Nobody = "~";
    private const string Own = ".";

    /// <summary>
    /// The visibility that a list gives: "*" anywhere in it makes the object public, else "~" hides it from everybody; "." is the
    /// object's own namespace.
    /// </summary>
    public static Visibility Read(IEnumerable<string> exportTo, string ownNamespace)
    {
        var namespaces = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var entry in exportTo)
            namespaces.Add(entry);
        if (namespaces.Contains(Everybody))
            return Visibility.Everywhere;
        if (namespaces.Contains(Nobody))
            return Visibility.Nowhere;
        if (namespaces.Remove(Own))
            namespaces.Add(ownNamespace);
        return new Visibility(false, namespaces.ToEquatableArray());
    }

    /// <summary>The entries of the annotation's comma-separated text, blanks trimmed.</summary>
    public static IEnumerable<string> Split(string annotation) => annotation.Split(',', StringSplitOptions.TrimEntries);
}
