namespace ControlPlane.Translation.Features.Validation;

/// <summary>Which lists of exportTo Istio accepts.</summary>
internal static class ExportRules
{
    private const string Everybody = "*";
    private const string Nobody = "~";
    private const string Own = ".";

    /// <summary>Checks a list.</summary>
    /// <param name="exportTo">The list.</param>
    /// <param name="ownNamespace">Namespace of the object.</param>
    /// <param name="allowsNobody">Whether "~" is allowed.</param>
    /// <param name="problems">Where faults go.</param>
    public static void Check(IReadOnlyCollection<string> exportTo, string ownNamespace, bool allowsNobody, Problems problems)
    {
        const string field = "spec.exportTo";
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in exportTo)
        {
            var valid = entry is Everybody or Own || (entry == Nobody && allowsNobody) || NameRules.IsLabel(entry);
            problems.Require(valid, field, $"'{entry}' is no namespace");
            problems.Require(seen.Add(entry == Own ? ownNamespace : entry), field, $"'{entry}' is listed twice");
        }

        problems.Require(!seen.Contains(Everybody) || exportTo.Count == 1, field, "'*' exports to everybody: nothing may stand beside it");
        problems.Require(!seen.Contains(Nobody) || exportTo.Count == 1, field, "'~' exports to nobody: nothing may stand beside it");
    }
}
