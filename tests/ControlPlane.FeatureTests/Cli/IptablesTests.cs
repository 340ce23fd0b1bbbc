using ControlPlane.FeatureTests.Support;

namespace ControlPlane.FeatureTests.Cli;

public class IptablesTests
{
    [Fact]
    public async Task DryRun_WithDns_ShowsTheRulesOfBothFamilies()
    {
        using var folder = new Folder();
        var file = folder.Write("resolv.conf", "search x\nnameserver 10.96.0.10\n");
        var result = await Support.Cli.RunAsync("iptables", "--dry-run", "--redirect-dns", "--resolv-conf", file, "-u", "2000", "-g", "2001");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var six = result.Output.IndexOf("# ip6tables-restore", StringComparison.Ordinal);
        Assert.InRange(result.Output.IndexOf("-A MESH_DNS -d 10.96.0.10/32 -p udp --dport 53 -j REDIRECT --to-ports 15053", StringComparison.Ordinal), 1, six);
        Assert.DoesNotContain("MESH_DNS", result.Output[six..], StringComparison.Ordinal);
        Assert.Contains("-A MESH_DNS -m owner --uid-owner 2000 -j RETURN\n-A MESH_DNS -m owner --gid-owner 2001 -j RETURN\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dns_WithoutResolvers_IsToldAndNotCaptured()
    {
        using var folder = new Folder();
        var file = folder.Write("resolv.conf", "search x\n");
        var result = await Support.Cli.RunAsync("iptables", "--dry-run", "--redirect-dns", "--resolv-conf", file);
        Assert.Equal((0, $"controlplane: DNS is not captured: {file} names no resolver\n"), (result.ExitCode, result.Error));
        Assert.DoesNotContain("MESH_DNS", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--resolv-conf", "/none/resolv.conf", "/none/resolv.conf")]
    [InlineData("-g", "staff", "'staff' is not a numeric user or group")]
    public async Task Value_ThatCannotBeUsed_IsWrongUsage(string option, string value, string expected)
    {
        var result = await Support.Cli.RunAsync("iptables", "--dry-run", "--redirect-dns", option, value);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }
}
