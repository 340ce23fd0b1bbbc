namespace ControlPlane.Translation.Views.Services;

/// <summary>Compares host names of which either may begin with a wildcard: <c>*.example.org</c>, or <c>*</c> for every host.</summary>
public static class HostNames
{
    /// <summary>Whether the name has a wildcard.</summary>
    public static bool IsWildcard(string name) => name.StartsWith('*');

    /// <summary>Whether every host that <paramref name="name"/> stands for is one that <paramref name="pattern"/> stands for.</summary>
    public static bool Covers(string pattern, string name)
    {
        if (!IsWildcard(pattern))
            return string.Equals(pattern, name, StringComparison.Ordinal);
        return IsWildcard(name)
            ? name.Length >= pattern.Length && name.AsSpan(1).EndsWith(pattern.AsSpan(1), StringComparison.Ordinal)
            : name.AsSpan().EndsWith(pattern.AsSpan(1), StringComparison.Ordinal);
    }

    /// <summary>Whether some host is one that both stand for.</summary>
    public static bool Overlap(string left, string right) => Covers(left, right) || Covers(right, left);
}
