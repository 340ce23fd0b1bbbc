using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Composition;
using ControlPlane.Model.Diagnostics;

namespace ControlPlane.Commands.Analyze;

/// <summary>Writes findings in one of the forms.</summary>
internal static class FindingWriter
{
    private const string Schema = "https://json.schemastore.org/sarif-2.1.0.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes them all, in their order.</summary>
    public static void Write(TextWriter output, AnalyzeFormat format, IReadOnlyList<Finding> findings)
    {
        switch (format)
        {
            case AnalyzeFormat.Json:
                output.WriteLine(new JsonArray([.. findings.Select(Plain)]).ToJsonString(Indented));
                break;
            case AnalyzeFormat.Sarif:
                output.WriteLine(Sarif(findings).ToJsonString(Indented));
                break;
            default:
                foreach (var finding in findings)
                    output.WriteLine(finding.ToString());
                break;
        }
    }

    private static JsonObject Plain(Finding finding)
    {
        var diagnostic = finding.Diagnostic;
        var result = new JsonObject();
        if (finding.Location is { } location)
        {
            result["file"] = location.File;
            if (location.Line > 0)
                result["line"] = location.Line;
        }

        result["severity"] = Finding.NameOf(diagnostic.Severity);
        result["code"] = diagnostic.Code;
        result["kind"] = diagnostic.Kind;
        result["namespace"] = diagnostic.Object.Namespace ?? "";
        result["name"] = diagnostic.Object.Name ?? "";
        result["field"] = diagnostic.Field;
        result["message"] = diagnostic.Message;
        return result;
    }

    private static JsonObject Sarif(IReadOnlyList<Finding> findings)
    {
        var codes = findings.Select(f => f.Diagnostic.Code).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return new JsonObject
        {
            ["$schema"] = Schema,
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject
                {
                    ["driver"] = new JsonObject
                    {
                        ["name"] = "controlplane",
                        ["version"] = ProductVersion.Full,
                        ["rules"] = new JsonArray([.. codes.Select(static c => new JsonObject { ["id"] = c })]),
                    },
                },
                ["columnKind"] = "utf16CodeUnits",
                ["results"] = new JsonArray([.. findings.Select(f => Result(f, codes.IndexOf(f.Diagnostic.Code)))]),
            }),
        };
    }

    private static JsonObject Result(Finding finding, int rule)
    {
        var diagnostic = finding.Diagnostic;
        var location = new JsonObject();
        if (finding.Location is { } place)
        {
            var physical = new JsonObject { ["artifactLocation"] = new JsonObject { ["uri"] = UriOf(place.File) } };
            if (place.Line > 0)
                physical["region"] = new JsonObject { ["startLine"] = place.Line };
            location["physicalLocation"] = physical;
        }

        var subject = string.Join(' ', new[] { diagnostic.Kind, string.IsNullOrEmpty(diagnostic.Object.Name) ? "" : diagnostic.Object.ToString(), diagnostic.Field }.Where(s => s.Length > 0));
        if (subject.Length > 0)
            location["logicalLocations"] = new JsonArray(new JsonObject { ["fullyQualifiedName"] = subject });
        var result = new JsonObject
        {
            ["ruleId"] = diagnostic.Code,
            ["ruleIndex"] = rule,
            ["level"] = diagnostic.Severity == Severity.Info ? "note" : Finding.NameOf(diagnostic.Severity),
            ["message"] = new JsonObject { ["text"] = subject.Length > 0 ? $"{subject}: {diagnostic.Message}" : diagnostic.Message },
        };
        if (location.Count > 0)
            result["locations"] = new JsonArray(location);
        return result;
    }

    /// <summary>A file as a URI reference: relative paths stay relative, as code hosts want them.</summary>
    private static string UriOf(string file)
    {
        if (Path.IsPathRooted(file))
            return new Uri(file).AbsoluteUri;
        // A colon in the first part would read as a scheme, which embedded:NAME/... really is.
        return string.Join('/', file.Replace('\\', '/').Split('/').Select(part => Uri.EscapeDataString(part).Replace("%3A", ":", StringComparison.Ordinal)));
    }
}
