using System.Globalization;
using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Traffic;

/// <summary>Consistent hashing.</summary>
[Collection(TrafficCollection.Name)]
public class StickinessTests(TrafficFixture fixture)
{
    [InterceptionFact]
    public async Task Hash_OfAHeader_LeadsEachValueToOnePod()
    {
        var mesh = await fixture.MeshAsync();
        var pods = new List<string>();

        for (var user = 0; user < 30; user++)
        {
            var replies = await mesh.SendManyAsync(8, "hash-header", "/", ("x-user", user.ToString(CultureInfo.InvariantCulture)));
            pods.Add(Assert.Single(replies.Select(reply => reply.Pod).Distinct()));
        }

        Assert.Equal([TrafficMesh.Web1.Pod, TrafficMesh.Web2.Pod], pods.Distinct().Order());
    }

    [InterceptionFact]
    public async Task Hash_OfACookie_IsGivenToAClientWithout_AndKeepsItAtThePod()
    {
        var mesh = await fixture.MeshAsync();
        var pods = new List<string>();

        for (var client = 0; client < 20; client++)
        {
            var first = await mesh.SendAsync("hash-cookie");
            var cookie = first.Header("set-cookie");
            Assert.StartsWith("sticky=", cookie, StringComparison.Ordinal);
            Assert.Contains("Max-Age=600", cookie, StringComparison.OrdinalIgnoreCase);
            var others = await mesh.SendManyAsync(8, "hash-cookie", "/", ("cookie", cookie.Split(';')[0]));
            Assert.All(others, reply => Assert.Equal((first.Pod, ""), (reply.Pod, reply.Header("set-cookie"))));
            pods.Add(first.Pod);
        }

        Assert.Equal(2, pods.Distinct().Count());
    }
}
