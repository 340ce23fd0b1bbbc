using System.Text.Json.Nodes;
using ControlPlane.Commands.Translate;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Injecting;

namespace ControlPlane.Commands.Inject;

/// <summary>One run of the command.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
internal sealed class InjectRun(InjectRequest request, TextWriter output, TextWriter error)
{
    /// <summary>Reads, injects, writes; nothing is written where anything fails.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public int Execute()
    {
        try
        {
            var injector = MakeInjector();
            var result = request.Mode == InjectMode.Webhook
                ? new WebhookInput(request, injector, error).Inject()
                : new ManifestInput(request, injector, error).Inject();
            if (request.Output is null)
                output.Write(result);
            else
                File.WriteAllText(request.Output, result);
            return ExitCodes.Success;
        }
        catch (Exception fault) when (fault is InputException or InvalidConfigurationException)
        {
            return Fail(fault.Message);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Fail($"can't write to {request.Output ?? "standard output"}: {fault.Message}");
        }
    }

    private Injector MakeInjector()
    {
        var values = InputFiles.Configuration(request.Values, "values");
        if (request.Revision is { } revision)
            (values ??= [])["revision"] = revision == "default" ? "" : revision;
        var objects = request.ProxyConfig is null ? [] : InputFiles.Objects(request.ProxyConfig).ToList();
        return new Injector(new InjectorSettings(
            ChartValues.Read(values), MeshSettings.Read(InputFiles.Configuration(request.MeshConfig, "mesh")),
            objects.Select(ProxyConfigObject.Read).ToList(), Nodes(), InputFiles.Yaml));
    }

    private List<NodeFacts> Nodes() => request.NodesFile is null
        ? []
        : InputFiles.Objects(request.NodesFile).SelectMany(Items)
            .Select(node => new NodeFacts(Text(node, "metadata", "name"), Text(node, "status", "nodeInfo", "kubeletVersion"))).ToList();

    private static IEnumerable<JsonObject> Items(JsonObject value) =>
        value["items"] is JsonArray items ? items.OfType<JsonObject>() : [value];

    private static string Text(JsonObject value, params string[] path)
    {
        JsonNode? at = value;
        foreach (var part in path)
            at = (at as JsonObject)?[part];
        return at?.ToString() ?? "";
    }

    private int Fail(string message)
    {
        error.WriteLine($"controlplane: {message}");
        return ExitCodes.Failure;
    }
}
