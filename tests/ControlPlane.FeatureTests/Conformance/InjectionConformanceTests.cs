using System.Text.Json.Nodes;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Testing;
using ControlPlane.Testing.Processes;

namespace ControlPlane.FeatureTests.Conformance;

/// <summary>The shared inputs of injection through the command inject, against the output of Istio's injector, by their own comparer.</summary>
public class InjectionConformanceTests
{
    private const string Cases = "conformance/injection";

    private static readonly (string Option, string File)[] Files =
    [
        ("--mesh-config", "mesh.yaml"), ("--values", "values.yaml"), ("--namespace-file", "namespace.yaml"), ("--nodes-file", "nodes.yaml"),
        ("--proxy-config", "proxyconfig.yaml"),
    ];

    [SharedFact(Cases)]
    public async Task Case_EqualsTheOutputOfIstiosInjector()
    {
        using var folder = new Folder();
        foreach (var directory in Directory.GetDirectories(SharedDirectory.Path(Cases)))
            await InjectAsync(directory, folder);

        // What the comparer runs for a case only replays what was done here, in one process.
        var replay = $"c={folder.Path}/$(basename $(dirname {{input}})); cat $c.err >&2; cp $c.yaml {{out}} 2>/dev/null; exit $(cat $c.code)";
        var (code, output) = await ExternalProcess.RunAsync(
            "python3", [SharedDirectory.Path("conformance/compare_injection.py"), "run", SharedDirectory.Path(Cases), "--command", replay, "--quiet"], TimeSpan.FromMinutes(5));
        Assert.True(code == 0, output);
    }

    private static async Task InjectAsync(string directory, Folder folder)
    {
        var name = Path.GetFileName(directory);
        var how = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(directory, "how.json")))!;
        List<string> arguments = ["inject", "-f", Path.Combine(directory, "input.yaml"), "--mode", how["mode"]!.ToString(), "-o", folder.Of(name + ".yaml")];
        foreach (var (option, file) in Files.Where(entry => File.Exists(Path.Combine(directory, entry.File))))
            arguments.AddRange([option, Path.Combine(directory, file)]);
        var result = await Support.Cli.RunAsync([.. arguments]);
        folder.Write(name + ".err", result.Error);
        folder.Write(name + ".code", $"{result.ExitCode}");
    }
}
