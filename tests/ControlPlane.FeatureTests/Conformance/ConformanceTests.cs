using System.Text.Json.Nodes;
using ControlPlane.Testing;
using ControlPlane.Testing.Processes;

namespace ControlPlane.FeatureTests.Conformance;

/// <summary>The shared cases through translate, against istiod's answers, by their own comparer.</summary>
public class ConformanceTests(TranslatedCases translated) : IClassFixture<TranslatedCases>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static TheoryData<string> Families => [.. ConformanceLists.Families];

    [SharedTheory(ConformanceLists.Cases)]
    [MemberData(nameof(Families))]
    public async Task Family_EqualsIstiodsAnswers(string family)
    {
        string[] cases = [.. ConformanceLists.CasesOf(family).Where(name => !ConformanceLists.Pending.ContainsKey(name))];
        Assert.NotEmpty(cases);

        Assert.Empty(await translated.TranslateAsync(cases));
        var (code, output) = await CompareAsync(cases, "--quiet");

        Assert.True(code == 0, $"compare.py run --only '{family}':\n{output}");
    }

    [SharedFact(ConformanceLists.Cases)]
    public async Task CaseThatWaits_StillFailsAndSaysWhy()
    {
        Assert.Empty(ConformanceLists.Pending.Where(entry => entry.Value.Length == 0));
        Assert.Empty(ConformanceLists.Pending.Keys.Except(ConformanceLists.Families.SelectMany(ConformanceLists.CasesOf)));
        if (ConformanceLists.Pending.Count == 0)
            return;
        await translated.TranslateAsync(ConformanceLists.Pending.Keys);
        var (_, output) = await CompareAsync(ConformanceLists.Pending.Keys, "--json");

        var proxies = JsonNode.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..])!["proxies"]!.AsArray();
        var passing = proxies.GroupBy(proxy => proxy!["case"]!.GetValue<string>()).Where(proxiesOfCase => proxiesOfCase.All(proxy => proxy!["ok"]!.GetValue<bool>()));
        Assert.Empty(passing.Select(proxiesOfCase => $"{proxiesOfCase.Key} passes: take it out of tests/conformance-pending.txt"));
    }

    private Task<(int ExitCode, string Output)> CompareAsync(IEnumerable<string> cases, params string[] more) => ExternalProcess.RunAsync(
        "python3",
        [
            SharedDirectory.Path("conformance/compare.py"), "run", SharedDirectory.Path(ConformanceLists.Cases), "--translate", translated.Command,
            "--except", Repository.PathOf("tests", "conformance-deviations.txt"), .. cases.SelectMany(name => new[] { "--only", name }), .. more,
        ],
        Patience);
}
