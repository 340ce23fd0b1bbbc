namespace ControlPlane.Injection.Templates;

/// <summary>What a command is made of.</summary>
/// <param name="Fields">Fields that are taken of it, one after another.</param>
internal abstract record Operand(IReadOnlyList<string> Fields)
{
    /// <summary>A constant.</summary>
    public sealed record Literal(object? Value) : Operand([]);

    /// <summary>The dot.</summary>
    public sealed record Dot(IReadOnlyList<string> Fields) : Operand(Fields);

    /// <summary>A variable; "" for $ alone, the dot of the whole template.</summary>
    public sealed record Variable(string Name, IReadOnlyList<string> Fields) : Operand(Fields);

    /// <summary>A pipeline in parentheses.</summary>
    public sealed record Inner(Pipeline Value, IReadOnlyList<string> Fields) : Operand(Fields);

    /// <summary>A function, which takes the operands behind it as arguments.</summary>
    public sealed record Function(string Name) : Operand([]);
}
