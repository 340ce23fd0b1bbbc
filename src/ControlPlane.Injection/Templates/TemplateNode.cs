namespace ControlPlane.Injection.Templates;

/// <summary>A part of a template (Go's text/template).</summary>
internal abstract record TemplateNode
{
    /// <summary>Text that is written as it is.</summary>
    public sealed record Text(string Value) : TemplateNode;

    /// <summary>A value that is written, or a variable that is set.</summary>
    public sealed record Action(Pipeline Value) : TemplateNode;

    /// <summary>if and with: one of two bodies; with changes the dot.</summary>
    public sealed record Branch(bool IsWith, Pipeline Condition, IReadOnlyList<TemplateNode> Then, IReadOnlyList<TemplateNode> Else) : TemplateNode;

    /// <summary>range: the body for each element, or the other one where there is none.</summary>
    public sealed record Range(Pipeline Source, IReadOnlyList<TemplateNode> Body, IReadOnlyList<TemplateNode> Else) : TemplateNode;

    /// <summary>template: a named part with a dot of its own.</summary>
    public sealed record Call(string Name, Pipeline? Dot) : TemplateNode;

    /// <summary>break or continue of the innermost range.</summary>
    public sealed record Leave(bool IsBreak) : TemplateNode;
}
