using System.Net.Sockets;
using ControlPlane.Injection.Interception;

namespace ControlPlane.Injection.Tests;

public class InterceptionScriptTests
{
    [Fact]
    public void Script_WithoutSettings_InterceptsAllButProxyAndLoopback()
    {
        var script = InterceptionScript.Apply(new InterceptionSettings(), AddressFamily.InterNetwork, "");
        Assert.StartsWith("*nat\n", script, StringComparison.Ordinal);
        Assert.Contains("-A MESH_OUTBOUND -m owner --uid-owner 1337 -j RETURN\n", script, StringComparison.Ordinal);
        Assert.Contains("-A MESH_OUTBOUND -d 127.0.0.1/32 -j RETURN\n", script, StringComparison.Ordinal);
        Assert.Contains("-A MESH_TO_OUTBOUND -p tcp -j REDIRECT --to-ports 15001\n", script, StringComparison.Ordinal);
        Assert.DoesNotContain("*mangle", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranges_OfTwoFamilies_GoToTheirOwnScripts()
    {
        var (_, ranges) = InterceptionSettings.ParseRanges("10.1.2.3/8,fd00::1/64,192.0.2.1");
        var settings = new InterceptionSettings { AllRanges = false, IncludeRanges = ranges };
        var (four, six) = (InterceptionScript.Apply(settings, AddressFamily.InterNetwork, ""), InterceptionScript.Apply(settings, AddressFamily.InterNetworkV6, ""));
        Assert.Contains("-d 10.0.0.0/8 ", four, StringComparison.Ordinal);
        Assert.Contains("-d 192.0.2.1/32 ", four, StringComparison.Ordinal);
        Assert.DoesNotContain("fd00::", four, StringComparison.Ordinal);
        Assert.Contains("-d fd00::/64 ", six, StringComparison.Ordinal);
    }

    [Fact]
    public void Script_OverAnEarlierOne_TakesItsJumpsAndOldChainsAway()
    {
        const string existing = """
            *nat
            :PREROUTING ACCEPT [0:0]
            :MESH_INBOUND - [0:0]
            :MESH_OLD - [0:0]
            :KUBE_OTHER - [0:0]
            -A PREROUTING -p tcp -j MESH_INBOUND
            -A PREROUTING -j KUBE_OTHER
            -A MESH_INBOUND -p tcp -j MESH_OLD
            COMMIT
            """;
        var script = InterceptionScript.Apply(new InterceptionSettings(), AddressFamily.InterNetwork, existing);
        Assert.Contains("-D PREROUTING -p tcp -j MESH_INBOUND\n", script, StringComparison.Ordinal);
        Assert.Contains("-X MESH_OLD\n", script, StringComparison.Ordinal);
        Assert.DoesNotContain("KUBE_OTHER", script, StringComparison.Ordinal);
        Assert.DoesNotContain("-A", InterceptionScript.CleanUp(existing), StringComparison.Ordinal);
        Assert.Equal("", InterceptionScript.CleanUp("*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n"));
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/8 -j ACCEPT")]
    [InlineData("all")]
    public void Range_ThatIsNone_IsRefused(string text) => Assert.Throws<FormatException>(() => InterceptionSettings.ParseRanges(text));

    [Theory]
    [InlineData("eth0 -j")]
    [InlineData("-x")]
    [InlineData("a-name-of-17-chars")]
    public void Interface_ThatIsNone_IsRefused(string text) => Assert.Throws<FormatException>(() => InterceptionSettings.ParseInterfaces(text));

    [Fact]
    public void TransparentMode_NeedsMarksAndRoutes()
    {
        var settings = new InterceptionSettings { Mode = InterceptionMode.Tproxy };
        var script = InterceptionScript.Apply(settings, AddressFamily.InterNetwork, "");
        Assert.Contains("-j TPROXY --on-port 15006 --tproxy-mark 1337", script, StringComparison.Ordinal);
        Assert.Contains("rule add fwmark 1337 lookup 133", InterceptionScript.Routes(settings));
        Assert.Empty(InterceptionScript.Routes(new InterceptionSettings()));
    }
}
