using ControlPlane.FeatureTests.Support;
using ControlPlane.Testing;

namespace ControlPlane.FeatureTests.Conformance;

/// <summary>The order in which a user writes things must not show.</summary>
public class DeterminismTests
{
    private const int Seed = 20260101;
    private const string Separator = "\n---\n";

    [SharedTheory(ConformanceLists.Cases)]
    [InlineData("base")]
    [InlineData("svc-*")]
    [InlineData("envoyfilter-route-*")]
    [InlineData("envoyfilter-priority-*")]
    [InlineData("wasm-phases-*")]
    [InlineData("random-00[0-3]")]
    public async Task ShuffledDocumentsAndFiles_GiveTheSameBytes(string family)
    {
        foreach (string name in ConformanceLists.CasesOf(family))
        {
            using var folder = new Folder();
            string source = SharedDirectory.Path($"{ConformanceLists.Cases}/{name}");
            string[] documents = [.. Directory.GetFiles(source + "/input").Order(StringComparer.Ordinal).SelectMany(file => File.ReadAllText(file).Split(Separator))];
            await TranslateAsync(source + "/input", source, folder.Of("plain"));
            for (int round = 0; round < 2; round++)
            {
                string shuffled = folder.Of($"input{round}");
                Scatter(documents, folder, $"input{round}", new Random(Seed + round));
                await TranslateAsync(shuffled, source, folder.Of($"out{round}"));
                AssertSame(folder.Of("plain"), folder.Of($"out{round}"), $"{name}, seed {Seed + round}");
            }
        }
    }

    /// <summary>Deals the documents, in another order, to a few files at different depths.</summary>
    private static void Scatter(string[] documents, Folder folder, string below, Random random)
    {
        string[] order = [.. documents];
        random.Shuffle(order);
        foreach (var (file, index) in order.Chunk(Math.Max(1, order.Length / 4)).Select((chunk, index) => (chunk, index)))
            folder.Write($"{below}/{(index % 2 == 0 ? "" : $"deep{index}/")}{random.Next(1000)}-{index}.yaml", string.Join(Separator, file));
    }

    private static async Task TranslateAsync(string input, string source, string target)
    {
        var result = await Support.Cli.RunAsync("translate", "--source", "dir:" + input, "--proxies", source + "/proxies", "--out", target);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    private static void AssertSame(string expected, string actual, string what)
    {
        string[] files = [.. Directory.GetFiles(expected, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(expected, path)).Order(StringComparer.Ordinal)];
        Assert.Equal(files, Directory.GetFiles(actual, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(actual, path)).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.True(
            File.ReadAllBytes(Path.Combine(expected, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(actual, file))), $"{what}: {file} differs"));
    }
}
