using ControlPlane.Model.Delivery;

namespace ControlPlane.Model.Tests.Delivery;

public class NameSetTests
{
    [Fact]
    public void NameSet_OrderAndDuplicates_DoNotMatter()
    {
        Assert.Equal(NameSet.From(["b", "a"]), NameSet.From(["a", "b", "a"]));
        Assert.NotEqual(NameSet.From(["a"]), NameSet.From(["b"]));
    }

    [Fact]
    public void UnionAndExcept_NothingToDo_ReturnTheSameInstance()
    {
        var set = NameSet.From(["a", "b"]);

        Assert.Same(set, set.Union(["a"]));
        Assert.Same(set, set.Except(["x"]));
        Assert.Equal(NameSet.From(["b"]), set.Except(["a"]));
        Assert.Equal(NameSet.From(["a", "b", "c"]), set.Union(["c"]));
    }

    [Fact]
    public void Pool_EqualSets_AreOneInstance()
    {
        var pool = new NameSetPool();
        var first = pool.Intern(NameSet.From(["a", "b"]));

        Assert.Same(first, pool.Intern(NameSet.From(["b", "a"])));
        Assert.NotSame(first, pool.Intern(NameSet.From(["b"])));
    }
}
