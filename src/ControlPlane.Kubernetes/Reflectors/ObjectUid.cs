namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>metadata.uid, compared only. API servers write UUIDs, of which there is one per object: as numbers they take a sixth of the text's memory.</summary>
/// <param name="Number">The number, where the text is exactly that of a UUID.</param>
/// <param name="Text">The text, where it is not; else null.</param>
internal readonly record struct ObjectUid(Guid Number, string? Text)
{
    /// <summary>The UID of a text.</summary>
    public static ObjectUid Of(string text)
    {
        Span<char> written = stackalloc char[36];
        return Guid.TryParseExact(text, "D", out var number) && number.TryFormat(written, out _, "D") && written.SequenceEqual(text)
            ? new ObjectUid(number, null)
            : new ObjectUid(Guid.Empty, text);
    }
}
