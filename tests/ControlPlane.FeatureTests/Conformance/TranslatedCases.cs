using System.Collections.Concurrent;
using ControlPlane.Commands;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Testing;

namespace ControlPlane.FeatureTests.Conformance;

/// <summary>What translate writes for shared cases: each is translated once, by the code of the command, within the test's process.</summary>
public sealed class TranslatedCases : IDisposable
{
    private readonly Folder _folder = new();
    private readonly ConcurrentDictionary<string, Task<string>> _failures = new();

    /// <summary>A command for compare.py that gives what was translated in place of translating it.</summary>
    public string Command => $"cp -r {_folder.Path}/$(basename $(dirname {{source}}))/. {{out}}/";

    /// <summary>Translates cases; gives, for those that failed, why.</summary>
    public async Task<IReadOnlyList<string>> TranslateAsync(IEnumerable<string> cases)
    {
        string[] messages = await Task.WhenAll(cases.Select(name => _failures.GetOrAdd(name, key => Task.Run(() => TranslateAsync(key)))));
        return [.. messages.Where(message => message.Length > 0)];
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> TranslateAsync(string name)
    {
        string folder = SharedDirectory.Path($"{ConformanceLists.Cases}/{name}");
        var result = await Support.Cli.RunAsync(
            "translate", "--source", $"dir:{folder}/input", "--proxies", $"{folder}/proxies", "--out", _folder.Of(name));
        return result.ExitCode == ExitCodes.Success ? "" : $"{name}: exit code {result.ExitCode}\n{result.Error}";
    }
}
