using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Validation;

namespace ControlPlane.Translation.Features.ReferenceGrant;

/// <summary>Reads ReferenceGrant objects.</summary>
internal static class ReferenceGrantReader
{
    /// <summary>Reads one object.</summary>
    public static Parsed<ReferenceGrantSpec> Read(ConfigObject source)
    {
        var problems = new Problems(source);
        var fields = new SpecFields(problems);
        using var document = fields.Parse(source);
        if (document is null)
            return new(null, problems.Items.ToEquatableArray());
        var from = fields.List(document.RootElement, "from", "spec")
            .Select(f => new ReferenceSource(fields.Text(f.Element, "group", f.Path), fields.Text(f.Element, "kind", f.Path), fields.Text(f.Element, "namespace", f.Path)))
            .ToEquatableArray();
        var to = fields.List(document.RootElement, "to", "spec")
            .Select(t => new ReferenceTarget(
                fields.Text(t.Element, "group", t.Path), fields.Text(t.Element, "kind", t.Path), SpecFields.Has(t.Element, "name") ? fields.Text(t.Element, "name", t.Path) : null))
            .ToEquatableArray();
        return problems.Result(() => new ReferenceGrantSpec(source.Key, from, to));
    }
}
