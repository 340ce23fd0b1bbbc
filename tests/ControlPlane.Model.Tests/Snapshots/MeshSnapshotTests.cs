using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Model.Tests.Snapshots;

public class MeshSnapshotTests
{
    [Fact]
    public void Apply_EqualObject_KeepsSnapshotAndOldReference()
    {
        var (one, first) = MeshSnapshot.Empty.Apply([Put("a", "x")]);
        var (two, second) = one.Apply([Put("a", "x")]);

        Assert.Single(first.Entries);
        Assert.Same(one, two);
        Assert.True(second.IsEmpty);
    }

    [Fact]
    public void Apply_ChangedThenChangedBack_IsNoChange()
    {
        var (one, _) = MeshSnapshot.Empty.Apply([Put("a", "x")]);

        var (two, set) = one.Apply([Put("a", "y"), Put("a", "x")]);

        Assert.Same(one, two);
        Assert.True(set.IsEmpty);
    }

    [Fact]
    public void Apply_OneTable_SharesTheOthers()
    {
        var (one, _) = MeshSnapshot.Empty.Apply([Put("a", "x"), Pod("p")]);

        var (two, set) = one.Apply([new ModelChange.Delete(Tables.Pods, new("", "p"))]);

        Assert.Same(one.Table(Tables.ConfigMaps), two.Table(Tables.ConfigMaps));
        Assert.Equal(0, two.Table(Tables.Pods).Count);
        Assert.Equal(one.Number + 1, two.Number);
        Assert.Null(Assert.Single(set.Entries).New);
    }

    private static ModelChange Put(string name, string value) => ModelChange.Upsert.Of(
        Tables.ConfigMaps, new ConfigMap { Meta = new ObjectMeta { Name = name }, Data = LabelMap.From([new("k", value)]) });

    private static ModelChange Pod(string name) => ModelChange.Upsert.Of(Tables.Pods, new Pod { Meta = new ObjectMeta { Name = name } });
}
