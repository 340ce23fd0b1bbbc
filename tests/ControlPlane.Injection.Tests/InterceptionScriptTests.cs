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

    [Fact]
    public void Dns_OfResolvers_GoesToTheAgentButNotTheProxys()
    {
        var settings = new InterceptionSettings { CaptureDns = true, DnsServers = ResolverFile.Read("search x\nnameserver 10.96.0.10\n nameserver\tfd00::a # c\nnameserver x\nnameserver 10.96.0.10\nnameserver fe80::1%eth0") };
        var (four, six) = (Lines(settings, AddressFamily.InterNetwork), Lines(settings, AddressFamily.InterNetworkV6));
        foreach (var protocol in (string[])["udp", "tcp"])
        {
            var redirect = four.IndexOf($"-A MESH_DNS -d 10.96.0.10/32 -p {protocol} --dport 53 -j REDIRECT --to-ports 15053");
            Assert.InRange(redirect, four.IndexOf("-A MESH_DNS -m owner --uid-owner 1337 -j RETURN") + 1, four.Count);
            Assert.InRange(redirect, four.IndexOf("-A MESH_DNS -m owner --gid-owner 1337 -j RETURN") + 1, four.Count);
            Assert.Contains($"-A MESH_DNS -d fd00::a/128 -p {protocol} --dport 53 -j REDIRECT --to-ports 15053", six);
            Assert.Contains($"-A MESH_DNS -d fe80::1/128 -p {protocol} --dport 53 -j REDIRECT --to-ports 15053", six);
        }

        Assert.Single(four, line => line.StartsWith("-A MESH_DNS -d", StringComparison.Ordinal) && line.Contains("udp", StringComparison.Ordinal));
        Assert.InRange(four.IndexOf("-A OUTPUT -p tcp --dport 53 -j MESH_DNS"), 1, four.IndexOf("-A OUTPUT -p tcp -j MESH_OUTBOUND"));
        Assert.Contains("-A MESH_OUTBOUND ! -d 127.0.0.1/32 -o lo -p tcp -m multiport ! --dports 53,15008 -m owner --uid-owner 1337 -j MESH_TO_INBOUND", four);
        string[] zones =
        [
            "-A MESH_DNS_SENT -p udp --dport 53 -m owner --uid-owner 1337 -j CT --zone 1", "-A MESH_DNS_SENT -p udp --sport 15053 -m owner --uid-owner 1337 -j CT --zone 2",
            "-A MESH_DNS_SENT -d 10.96.0.10/32 -p udp --dport 53 -j CT --zone 2", "-A MESH_DNS_RECEIVED -s 10.96.0.10/32 -p udp --sport 53 -j CT --zone 1",
        ];
        Assert.Equal(zones, four.Intersect(zones));
    }

    [Fact]
    public void Dns_WithoutAResolverOfTheFamilyOrWithItsPortExcluded_IsLeftAlone()
    {
        var settings = new InterceptionSettings { CaptureDns = true, DnsServers = ResolverFile.Read("nameserver 10.96.0.10") };
        Assert.DoesNotContain(Lines(settings, AddressFamily.InterNetworkV6), line => line.Contains("DNS", StringComparison.Ordinal));
        Assert.DoesNotContain(Lines(settings with { ExcludeOutboundPorts = [53] }, AddressFamily.InterNetwork), line => line.Contains("DNS", StringComparison.Ordinal));
        Assert.Contains("-A MESH_DNS -p udp --dport 53 -j REDIRECT --to-ports 15053", Lines(settings with { CaptureAllDns = true }, AddressFamily.InterNetworkV6));
    }

    [Fact]
    public void OwnerGroups_SayWhoseTrafficIsIntercepted()
    {
        var settings = new InterceptionSettings { ExcludeOwnerGroups = ["202", "java"] };
        Assert.Contains("-A MESH_OUTBOUND -m owner --gid-owner java -j RETURN", Lines(settings, AddressFamily.InterNetwork));
        Assert.Contains(
            "-A MESH_OUTBOUND -m owner ! --gid-owner 202 -m owner ! --gid-owner java -j RETURN",
            Lines(settings with { AllOwnerGroups = false, IncludeOwnerGroups = ["202", "java"] }, AddressFamily.InterNetwork));
        Assert.Throws<FormatException>(() => InterceptionSettings.ParseGroups("a,-j"));
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

    private static List<string> Lines(InterceptionSettings settings, AddressFamily family) => [.. InterceptionScript.Apply(settings, family, "").Split('\n')];

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
