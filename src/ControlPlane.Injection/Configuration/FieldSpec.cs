namespace ControlPlane.Injection.Configuration;

/// <summary>One field of a message of <see cref="ProxyConfigSchema"/>.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="ProtoName">Its name in the definition, which JSON may use too.</param>
/// <param name="Kind">Its kind, or that of its items or values.</param>
/// <param name="Shape">Whether it is one, a list or a map.</param>
/// <param name="OneOf">The group of which only one field may be set; null for none.</param>
internal sealed record FieldSpec(string Name, string ProtoName, string Kind, FieldShape Shape, string? OneOf)
{
    /// <summary>Whether a zero of it is the same as no value.</summary>
    public bool ZeroIsUnset => Shape == FieldShape.Single && OneOf is null && Kind is "string" or "int32" or "uint32" or "double" or "bool" or ['=', ..];

    public static FieldSpec Parse(string text)
    {
        var (name, rest) = (text[..text.IndexOf(':', StringComparison.Ordinal)], text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        string? group = null;
        if (rest.IndexOf('|', StringComparison.Ordinal) is var bar and >= 0)
            (rest, group) = (rest[..bar], rest[(bar + 1)..]);
        var shape = rest[0] switch { '[' => FieldShape.List, '{' => FieldShape.Map, _ => FieldShape.Single };
        return new(name, Snake(name), shape == FieldShape.Single ? rest : rest[1..^1], shape, group);
    }

    private static string Snake(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterUpper(c) ? "_" + char.ToLowerInvariant(c) : c.ToString()));
}
