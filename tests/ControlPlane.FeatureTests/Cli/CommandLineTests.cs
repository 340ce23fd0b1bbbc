using ControlPlane.Commands;

namespace ControlPlane.FeatureTests.Cli;

public class CommandLineTests
{
    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task Help_OfTheRoot_BeginsWithExamplesAndListsTheCommands(params string[] args)
    {
        var result = await Support.Cli.RunAsync(args);

        Assert.Equal(ExitCodes.Success, result.ExitCode);
        Assert.StartsWith("Examples:", result.Output, StringComparison.Ordinal);
        Assert.All(["serve", "translate", "version", "Exit codes"], word => Assert.Contains(word, result.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("serve", "--xds-address")]
    [InlineData("translate", "--proxies")]
    public async Task Help_OfACommand_HasItsOwnExamplesAndOptions(string command, string option)
    {
        var result = await Support.Cli.RunAsync(command, "--help");

        Assert.Equal(ExitCodes.Success, result.ExitCode);
        Assert.StartsWith($"Examples:{Environment.NewLine}  controlplane {command}", result.Output, StringComparison.Ordinal);
        Assert.Contains(option, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_HasTheFormOfIstiods()
    {
        var result = await Support.Cli.RunAsync("version");

        Assert.Equal(ExitCodes.Success, result.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+-controlplane\.\S+-Clean\s*$", result.Output);
    }

    [Theory]
    [InlineData("Unrecognized command or argument 'sreve'", "Try 'controlplane --help'", "sreve")]
    [InlineData("Unrecognized command or argument '--port'", "Try 'controlplane serve --help'", "serve", "--port", "1")]
    [InlineData("Option '--out' is required", "Try 'controlplane translate --help'", "translate", "--node", "x.json")]
    [InlineData("Give either --node or --proxies", "Try 'controlplane translate --help'", "translate", "--out", "x")]
    [InlineData("Give either --node or --proxies", "Try 'controlplane translate --help'", "translate", "--out", "x", "--node", "a", "--proxies", "b")]
    [InlineData("--watch goes with --node", "Try 'controlplane translate --help'", "translate", "--out", "x", "--proxies", "b", "--watch", "w")]
    [InlineData("--source: 'mesh' is wrong: expected dir:PATH", "Try 'controlplane serve --help'", "serve", "--source", "mesh")]
    public async Task WrongUsage_IsNamed_WithTheExitCodeOfUsage(string problem, string hint, params string[] args)
    {
        var result = await Support.Cli.RunAsync(args);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
        Assert.Contains(hint, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SeveralFaultySettings_AreNamedAllAtOnce()
    {
        var result = await Support.Cli.RunAsync(
            "serve", "--source", "dir:/does/not/exist", "--mesh-config", "/nor/does/this", "--xds-address", "15010", "--http-address", "localhost:99999",
            "--drain-grace", "soon", "--log-level", "loud", "--root-namespace", "Istio");

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.All(
            ["--source: there is no directory /does/not/exist", "--mesh-config: there is no file /nor/does/this", "--xds-address: '15010' is wrong",
                "--http-address: 'localhost:99999' is wrong", "--drain-grace: 'soon' is wrong", "--log-level: 'loud' is wrong", "--root-namespace: 'Istio' is wrong"],
            fault => Assert.Contains(fault, result.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task TwoListenersOnOneAddress_AreRefused()
    {
        var result = await Support.Cli.RunAsync("serve", "--xds-address", "127.0.0.1:7000", "--http-address", "localhost:7000");

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains("--xds-address and --http-address name the same address 127.0.0.1:7000", result.Error, StringComparison.Ordinal);
    }
}
