using System.Text.Json.Nodes;
using ControlPlane.Model.Diagnostics;

namespace ControlPlane.Kubernetes.Writers.Statuses;

/// <summary>
/// What was found of a configuration object, as its status: a condition for people and tools, and Istio's validationMessages
/// (analysis/v1alpha1 AnalysisMessageBase), which hold type and level but not the sentence.
/// </summary>
internal static class ConfigFindings
{
    /// <summary>Type of the condition.</summary>
    public const string ConditionType = "Valid";

    private const string MessagesField = "validationMessages";

    /// <summary>Whether a status says something of findings.</summary>
    public static bool AreIn(JsonObject status) => status[MessagesField] is not null || StatusConditions.Has(status, ConditionType);

    /// <summary>An edit that says what was found; an object of which nothing was ever found gets no status.</summary>
    public static StatusEdit Edit(IReadOnlyCollection<Diagnostic> findings) => (status, now) =>
    {
        if (findings.Count == 0)
        {
            status.Remove(MessagesField);
            if (StatusConditions.Has(status, ConditionType))
                StatusConditions.Set(status, new StatusCondition(ConditionType, ConditionStatus.True, "NoFindings", "nothing is wrong any more"), now);
            return;
        }

        var sorted = findings.Distinct().OrderByDescending(f => f.Severity).ThenBy(f => f.Field, StringComparer.Ordinal).ThenBy(f => f.Code, StringComparer.Ordinal)
            .ThenBy(f => f.Message, StringComparer.Ordinal).ToList();
        status[MessagesField] = new JsonArray([.. sorted.Select(Message)]);
        var worst = sorted[0].Severity;
        var condition = new StatusCondition(
            ConditionType, worst == Severity.Error ? ConditionStatus.False : ConditionStatus.True,
            worst switch { Severity.Error => "Errors", Severity.Warning => "Warnings", _ => "Notes" }, string.Join('\n', sorted.Select(Sentence)));
        StatusConditions.Set(status, condition, now);
    };

    private static JsonObject Message(Diagnostic finding) => new()
    {
        ["type"] = new JsonObject { ["code"] = finding.Code }, ["level"] = finding.Severity.ToString().ToUpperInvariant(),
    };

    private static string Sentence(Diagnostic finding) =>
        $"{finding.Severity.ToString().ToLowerInvariant()} {finding.Code}{(finding.Field.Length == 0 ? "" : " " + finding.Field)}: {finding.Message}";
}
