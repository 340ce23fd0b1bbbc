namespace ControlPlane.Kubernetes.Tests.Files.Yaml;

/// <summary>Types of scalars. The expected values are what kubectl 1.32 made of the same text (kubectl label --local -o json).</summary>
public sealed class ScalarTypeTests
{
    public static TheoryData<string, string> Scalars { get; } = new()
    {
        { "yes", "true" },
        { "No", "false" },
        { "on", "true" },
        { "OFF", "false" },
        { "y", "true" },
        { "N", "false" },
        { "True", "true" },
        { "tRue", "\"tRue\"" },
        { "'yes'", "\"yes\"" },
        { "\"12\"", "\"12\"" },
        { "~", "null" },
        { "Null", "null" },
        { "nULL", "\"nULL\"" },
        { "", "null" },
        { "''", "\"\"" },
        { "010", "8" },
        { "0o10", "8" },
        { "0O7", "7" },
        { "0o8", "\"0o8\"" },
        { "08", "8" },
        { "00", "0" },
        { "0v1", "\"0v1\"" },
        { "0x1F", "31" },
        { "-0x1F", "-31" },
        { "+0x10", "16" },
        { "0x", "\"0x\"" },
        { "0x_1", "1" },
        { "0b101", "5" },
        { "-0b11", "-3" },
        { "1_000", "1000" },
        { "_1", "\"_1\"" },
        { "+12", "12" },
        { "-0", "0" },
        { "1:30", "\"1:30\"" },
        { "1.0", "1" },
        { "0.1", "0.1" },
        { "5.", "5" },
        { ".5", "0.5" },
        { "-.5", "-0.5" },
        { "._5", "\"._5\"" },
        { "1e3", "1000" },
        { "1e", "\"1e\"" },
        { "1e400", "\"1e400\"" },
        { "1.5e-7", "1.5E-07" },
        { "1e21", "1E+21" },
        { "18446744073709551615", "18446744073709551615" },
        { "18446744073709551616", "18446744073709551616" },
        { "9223372036854775808", "9223372036854775808" },
        { "-9223372036854775808", "-9223372036854775808" },
        { "123456789012345678901234567890", "1.2345678901234568E+29" },
        { "0xFFFFFFFFFFFFFFFF", "18446744073709551615" },
        { "0x1FFFFFFFFFFFFFFFF", "\"0x1FFFFFFFFFFFFFFFF\"" },
        { "10.96.0.1", "\"10.96.0.1\"" },
        { "2026-01-01", "\"2026-01-01\"" },
        { "2026-01-01T00:00:00Z", "\"2026-01-01T00:00:00Z\"" },
        { "!!str 12", "\"12\"" },
        { "!!int '12'", "12" },
        { "!!float 1", "1" },
        { "!!bool 'yes'", "true" },
        { "!!null ''", "null" },
        { "!!str", "\"\"" },
        { "!!binary aGVsbG8=", "\"hello\"" },
        { "!!timestamp 2026-01-01", "\"2026-01-01\"" },
        { "!foo 12", "\"12\"" },
        { "! 12", "\"12\"" },
        { "!<tag:yaml.org,2002:str> 1", "\"1\"" },
    };

    [Theory]
    [MemberData(nameof(Scalars))]
    public void Read_Scalar_HasTheTypeThatKubectlGivesIt(string text, string json) =>
        Assert.Equal($$"""{"a":{{json}}}""", Yaml.Json($"a: {text}"));

    [Theory]
    [InlineData("{1: x, true: v, 0x10: z, 1.10: w}", """{"1":"x","true":"v","16":"z","1.1":"w"}""")]
    [InlineData("{on: x}", """{"true":"x"}""")]
    public void Read_KeyThatIsNoString_BecomesTheTextOfItsValue(string text, string json) => Assert.Equal(json, Yaml.Json(text));

    [Theory]
    [InlineData(".inf")]
    [InlineData("-.Inf")]
    [InlineData(".NaN")]
    [InlineData("!!int x")]
    [InlineData("!!int 1.5")]
    [InlineData("!!float 1e400")]
    [InlineData("!!bool x")]
    [InlineData("!!null x")]
    [InlineData("!!binary '%%'")]
    [InlineData("!!binary /w==")]
    public void Read_ValueThatJsonOrItsTagCannotHold_IsAFault(string text) => Assert.Equal(2, Yaml.Fault($"x: 1\na: {text}").Line);
}
