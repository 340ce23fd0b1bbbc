namespace ControlPlane.Kubernetes.Resources;

/// <summary>
/// One copy of texts that occur in many objects: label keys and values, namespaces, nodes, accounts. Of texts that share a slot the last is kept, so
/// that it is bounded however many there are. Thread-safe: a lost race costs a copy.
/// </summary>
internal static class StringPool
{
    private const int Slots = 1 << 14;
    private const int LongestPooled = 256;

    private static readonly string?[] Texts = new string?[Slots];

    /// <summary>An equal text, mostly one that others hold already.</summary>
    public static string Share(string text)
    {
        if (text.Length is 0 or > LongestPooled)
            return text;
        ref var slot = ref Texts[string.GetHashCode(text, StringComparison.Ordinal) & (Slots - 1)];
        var known = Volatile.Read(ref slot);
        if (known == text)
            return known;
        Volatile.Write(ref slot, text);
        return text;
    }
}
