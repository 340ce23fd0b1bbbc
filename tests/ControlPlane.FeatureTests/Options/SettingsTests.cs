using ControlPlane.Options;
using ControlPlane.Testing;

namespace ControlPlane.FeatureTests.Options;

public class SettingsTests
{
    [Fact]
    public void Value_OnTheCommandLine_WinsOverOurEnvironmentThenIstiosThenTheDefault()
    {
        var line = new Dictionary<Setting, string>();
        var environment = new Dictionary<string, string>();
        SettingValues Values() => new(setting => line.GetValueOrDefault(setting), name => environment.GetValueOrDefault(name));

        Assert.Equal("istio-system", Values().Get(Settings.RootNamespace));
        environment["POD_NAMESPACE"] = "from-istio";
        Assert.Equal("from-istio", Values().Get(Settings.RootNamespace));
        environment["CONTROLPLANE_ROOT_NAMESPACE"] = "from-us";
        Assert.Equal("from-us", Values().Get(Settings.RootNamespace));
        line[Settings.RootNamespace] = "from-line";
        Assert.Equal("from-line", Values().Get(Settings.RootNamespace));
    }

    [Fact]
    public void FaultInTheEnvironment_NamesTheVariable()
    {
        var values = new SettingValues(_ => null, name => name == "CONTROLPLANE_XDS_ADDRESS" ? "here" : null);

        Assert.Equal(15010, values.Get(Settings.XdsAddress).Port);
        Assert.StartsWith("environment variable CONTROLPLANE_XDS_ADDRESS (for --xds-address): 'here' is wrong", Assert.Single(values.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    [InlineData("localhost:80", "127.0.0.1:80")]
    [InlineData(":15010", "[::]:15010")]
    [InlineData("*:15010", "[::]:15010")]
    [InlineData("0.0.0.0:65535", "0.0.0.0:65535")]
    [InlineData("[::1]:1", "[::1]:1")]
    public void Address_WellFormed_IsRead(string text, string expected) => Assert.Equal(expected, Settings.XdsAddress.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("15010")]
    [InlineData("::1:15010")]
    [InlineData("example.org:80")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    public void Address_Malformed_IsRefusedWithTheExpectedForm(string text) =>
        Assert.Contains("expected HOST:PORT", Assert.Throws<FormatException>(() => Settings.XdsAddress.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("1.5s", 1500)]
    [InlineData("30m", 1_800_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("0s", 0)]
    public void Duration_WellFormed_IsRead(string text, int milliseconds) => Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Settings.DrainGrace.Parse(text));

    [Theory]
    [InlineData("5")]
    [InlineData("-5s")]
    [InlineData("s")]
    [InlineData("1e9h")]
    [InlineData("9999999h")]
    public void Duration_Malformed_IsRefused(string text) => Assert.Throws<FormatException>(() => Settings.DrainGrace.Parse(text));

    [Fact]
    public void WarmingLimit_IsAnHourAtMost()
    {
        Assert.Equal(TimeSpan.FromHours(1), Settings.WarmingLimit.Parse("60m"));
        Assert.Throws<FormatException>(() => Settings.WarmingLimit.Parse("61m"));
    }

    [Fact]
    public void Defaults_AreValid() => Assert.Empty(Read(_ => null).Faults);

    [Fact]
    public void IstiosNames_BelongToSettingsThatExist() =>
        Assert.Empty(IstioEnvironment.Flags.Except(Settings.All.Select(setting => setting.Flag)));

    [Fact]
    public void Readme_DocumentsExactlyTheSettingsThatExist()
    {
        string[] expected = [.. Settings.All.Select(Row)];
        string[] documented = [.. File.ReadAllLines(Repository.PathOf("README.md")).Where(line => line.StartsWith("| `--", StringComparison.Ordinal))];

        Assert.Equal(expected, documented);
    }

    private static string Row(Setting setting)
    {
        string value = setting.DefaultText.Length == 0 ? "-" : $"`{setting.DefaultText}`";
        return $"| `{setting.Flag}` | {value} | {string.Join(", ", setting.EnvironmentNames.Select(name => $"`{name}`"))} | {setting.Description} |";
    }

    private static SettingValues Read(Func<string, string?> environment)
    {
        var values = new SettingValues(_ => null, environment);
        ServerOptions.Read(values);
        return values;
    }
}
