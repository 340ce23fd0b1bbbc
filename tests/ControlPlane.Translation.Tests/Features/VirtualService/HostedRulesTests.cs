using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Tests.Features.VirtualService;

public sealed class HostedRulesTests
{
    private static readonly string[] Hosts = ["*", "*.com", "*.a.com", "a.com", "b.a.com", "c.b.a.com", "b.com", "B.com"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Near_AnyHosts_LeavesOutNoneThatOverlapsAndKeepsTheOrder(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var rules = Enumerable.Range(0, 6).Select(i => Rule(i, Pick(random))).ToEquatableArray();
            var asked = Pick(random);

            var near = new HostedRules(rules).Near(asked).ToList();

            Assert.Equal(rules.Where(near.Contains), near);
            Assert.All(rules.Where(r => r.Hosts.Any(h => asked.Any(a => HostNames.Overlap(h, a)))), r => Assert.Contains(r, near));
        }
    }

    [Fact]
    public void Near_ExactHosts_PassesByWhatCannotConcernThem() =>
        Assert.Equal(["rule-1"], new HostedRules([Rule(0, ["a.com"]), Rule(1, ["b.com", "c.com"]), Rule(2, ["d.com"])]).Near(["b.com", "c.com"]).Select(r => r.Key.Name));

    private static string[] Pick(Random random) => [.. Enumerable.Range(0, 1 + random.Next(2)).Select(_ => Hosts[random.Next(Hosts.Length)]).Distinct(StringComparer.Ordinal)];

    private static VirtualServiceSpec Rule(int index, string[] hosts) => new() { Key = new ObjectKey("ns", $"rule-{index}"), Hosts = hosts.ToEquatableArray() };
}
