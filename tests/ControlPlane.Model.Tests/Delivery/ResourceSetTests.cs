using ControlPlane.Model.Delivery;

namespace ControlPlane.Model.Tests.Delivery;

public class ResourceSetTests
{
    [Fact]
    public void With_SameContent_IsTheSameSet()
    {
        var set = ResourceSet.From([Resource("a", 1)]);

        Assert.Same(set, set.With([new("a", Resource("a", 1)), new("absent", null)]));
    }

    [Fact]
    public void ChangedSince_TwoSuccessorsOfOneSet_NamesWhatDiffersBetweenThem()
    {
        var parent = ResourceSet.From([Resource("a", 1)]);
        var one = parent.With([new("b", Resource("b", 1))]);
        var two = parent.With([new("c", Resource("c", 1))]);

        Assert.Equal(["b", "c"], two.ChangedSince(one));
        Assert.Equal(["b", "c"], one.ChangedSince(two));
    }

    /// <summary>The difference is the same whether it comes from the recent history or from a walk over both sets.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void ChangedSince_AnyTwoOfAHistory_NamesExactlyWhatDiffers(int seed)
    {
        var random = new Random(seed);
        var sets = new List<ResourceSet> { ResourceSet.From([]) };
        for (var i = 0; i < 80; i++)
        {
            var name = $"r{random.Next(6)}";
            sets.Add(sets[^1].With([new(name, random.Next(3) == 0 ? null : Resource(name, random.Next(3)))]));
        }

        for (var i = 0; i < 500; i++)
        {
            var (older, newer) = (sets[random.Next(sets.Count)], sets[random.Next(sets.Count)]);
            var expected = Enumerable.Range(0, 6).Select(n => $"r{n}").Where(n => older.Find(n)?.Version != newer.Find(n)?.Version);
            Assert.Equal(expected, newer.ChangedSince(older));
        }
    }

    private static EncodedResource Resource(string name, int version) =>
        new(XdsType.Endpoint, name, default, $"{name}.{version}", []);
}
