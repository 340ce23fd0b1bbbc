using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Tests.Collections;

public class ValueEqualityTests
{
    [Fact]
    public void EquatableArray_EqualElements_AreEqual()
    {
        EquatableArray<string> one = ["a", "b"];
        EquatableArray<string> two = ["a", "b"];

        Assert.Equal(one, two);
        Assert.Equal(one.GetHashCode(), two.GetHashCode());
        Assert.False(one == ["b", "a"]);
        Assert.True(default == EquatableArray<string>.Empty);
    }

    [Fact]
    public void LabelMap_OrderOfInsertion_DoesNotMatter()
    {
        var one = LabelMap.From([new("b", "2"), new("a", "1")]);
        var two = LabelMap.From([new("a", "1"), new("b", "2")]);

        Assert.Equal(one, two);
        Assert.Equal("a=1,b=2", one.ToString());
        Assert.True(LabelMap.From([new("a", "1")]).IsSubsetOf(one));
        Assert.False(LabelMap.From([new("a", "2")]).IsSubsetOf(one));
        Assert.Null(one["c"]);
    }

    [Fact]
    public void Record_WithArrayAndMap_EqualsItsTwin()
    {
        Assert.Equal(Make(), Make());

        static Service Make() => new()
        {
            Meta = new ObjectMeta { Namespace = "n", Name = "s", Labels = LabelMap.From([new("a", "1")]) },
            Ports = [new ServicePort { Name = "http", Port = 80 }],
            ClusterIps = ["10.0.0.1"],
        };
    }
}
