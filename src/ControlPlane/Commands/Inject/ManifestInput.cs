using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Commands.Translate;
using ControlPlane.Injection.Injecting;
using ControlPlane.Injection.Pods;
using ControlPlane.Kubernetes.Files.Yaml;

namespace ControlPlane.Commands.Inject;

/// <summary>Injects the pods of a file of manifests.</summary>
internal sealed class ManifestInput(InjectRequest request, Injector injector, TextWriter error)
{
    private const string Separator = "---";
    private const int MaxListDepth = 20;

    /// <summary>The whole file with injected pods.</summary>
    /// <exception cref="InputException">A document can't be read or a pod is refused.</exception>
    public string Inject()
    {
        var result = new StringBuilder();
        foreach (var document in YamlDocument.ReadAll(InputFiles.Text(request.Input)))
        {
            var text = Inject(document) ?? document.Text;
            if (result.Length > 0)
            {
                if (result[^1] != '\n')
                    result.Append('\n');
                if (!text.StartsWith(Separator, StringComparison.Ordinal))
                    result.Append(Separator).Append('\n');
            }

            result.Append(text);
        }

        return result.ToString();
    }

    /// <summary>The new text of a document; null where it stays as it is.</summary>
    private string? Inject(YamlDocument document)
    {
        if (InputFiles.Value(request.Input, document) is not JsonObject manifest || !Inject(manifest, document.FirstLine, 0))
            return null;
        return LeadingComments(document.Text) + YamlWriter.Write(manifest);
    }

    /// <summary>Injects what an object holds; whether it changed.</summary>
    private bool Inject(JsonObject manifest, int line, int depth)
    {
        var kind = manifest["kind"]?.ToString();
        if (kind == "List" && manifest["items"] is JsonArray items)
        {
            if (depth == MaxListDepth)
                throw new InputException($"{request.Input}: line {line}: more than {MaxListDepth} lists within each other");
            var changed = false;
            foreach (var item in items.OfType<JsonObject>())
                changed |= Inject(item, line, depth + 1);
            return changed;
        }

        return WorkloadKinds.Holds(kind) && InjectWorkload(manifest, kind!, line);
    }

    private bool InjectWorkload(JsonObject manifest, string kind, int line)
    {
        try
        {
            var place = WorkloadKinds.Find(manifest);
            var ns = place.Owner.Namespace.Length > 0 ? place.Owner.Namespace : request.Namespace ?? "";
            var outcome = injector.Inject(new InjectionRequest(place.Pod) { Owner = place.Owner with { Namespace = ns }, FromFile = true });
            if (outcome.Error is { } refusal)
                throw new InputException($"{request.Input}: line {line}: {kind} {place.Name}: {refusal}");
            if (outcome.Warning is { } warning)
                error.WriteLine($"controlplane: {kind} {place.Name}: {warning}");
            var decision = outcome.Decision!;
            if (outcome.Pod is null || request.Explain)
                error.WriteLine($"controlplane: {kind} {place.Name} is {(outcome.Pod is null ? "left alone" : "injected")}: {decision.Explanation}");
            if (outcome.Pod is not { } pod)
                return false;
            place.Replace(pod);
            return true;
        }
        catch (FormatException fault)
        {
            throw new InputException($"{request.Input}: line {line}: {kind}: {fault.Message}", fault);
        }
    }

    /// <summary>What stands above the first content of a document: its --- line, comments and blank lines.</summary>
    private static string LeadingComments(string text)
    {
        var result = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.AsSpan().Trim();
            if (!trimmed.IsEmpty && trimmed[0] != '#' && trimmed is not Separator)
                break;
            result.Append(line).Append('\n');
        }

        return result.ToString();
    }
}
