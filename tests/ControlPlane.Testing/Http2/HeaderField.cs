namespace ControlPlane.Testing.Http2;

/// <summary>A field of a header block, or a pseudo-header field.</summary>
public readonly record struct HeaderField(string Name, string Value)
{
    public static implicit operator HeaderField((string Name, string Value) field) => new(field.Name, field.Value);
}
