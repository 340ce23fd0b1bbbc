namespace ControlPlane.Kubernetes.Resources.Metadata;

/// <summary>The API server's rules for names (RFC 1123 as Kubernetes reads it).</summary>
internal static class NameRules
{
    /// <summary>What is wrong with a name; null where nothing is.</summary>
    public static string? Fault(string name, NameRule rule)
    {
        if (name.Length == 0)
            return "is required";
        if (rule == NameRule.Label)
        {
            return name.Length <= 63 && IsLabel(name)
                ? null
                : $"\"{Short(name)}\" must be at most 63 lower case letters, digits and hyphens, and begin and end with a letter or digit";
        }

        return name.Length <= 253 && name.Split('.').All(IsLabel)
            ? null
            : $"\"{Short(name)}\" must be at most 253 lower case letters, digits, hyphens and dots, and each part between dots must begin and end with a letter or digit";
    }

    private static bool IsLabel(string label)
    {
        if (label.Length == 0 || label[0] == '-' || label[^1] == '-')
            return false;
        foreach (var c in label)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                return false;
        }

        return true;
    }

    private static string Short(string name) => name.Length <= 80 ? name : $"{name[..80]}...";
}
