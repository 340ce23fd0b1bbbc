using ControlPlane.Http2.Hpack;

namespace ControlPlane.Http2.Tests.Hpack;

public sealed class DynamicTableTests
{
    [Fact]
    public void Add_Entries_AreCountedAndGivenNewestFirst()
    {
        var table = new DynamicTable(4096);
        for (int i = 0; i < 100; i++)
        {
            table.Add($"n{i:d2}", "v");
        }

        Assert.Equal((100, 100 * (3 + 1 + 32)), (table.Count, table.Size));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => ($"n{99 - i:d2}", "v")), Contents(table));
    }

    [Theory]
    [InlineData(72, 2)] // Just the room of two entries.
    [InlineData(71, 1)]
    [InlineData(36, 1)]
    [InlineData(35, 0)]
    public void Add_NoRoom_EvictsTheOldest(int maxSize, int kept)
    {
        var table = new DynamicTable(maxSize);
        for (int i = 0; i < 20; i++)
        {
            table.Add("abc", $"{i % 10}");
        }

        Assert.Equal(((string, string)[])[.. Enumerable.Range(0, kept).Select(i => ("abc", $"{9 - i}"))], Contents(table));
        Assert.Equal(kept * 36, table.Size);
    }

    [Fact]
    public void Add_LargeEntry_EvictsAsManyAsItNeeds()
    {
        var table = new DynamicTable(200);
        for (int i = 0; i < 5; i++)
        {
            table.Add("abcdefg", $"{i}");
        }

        table.Add("large", new string('x', 200 - 32 - 5 - 80));
        Assert.Equal(["large", "abcdefg", "abcdefg"], Contents(table).Select(entry => entry.Name));
        Assert.Equal(200, table.Size);
    }

    [Fact]
    public void Add_EntryLargerThanTable_EmptiesIt()
    {
        var table = new DynamicTable(100);
        table.Add("a", "b");
        table.Add("a", new string('x', 68));
        Assert.Equal((0, 0), (table.Count, table.Size));
        table.Add("a", new string('x', 67));
        Assert.Equal((1, 100), (table.Count, table.Size));
    }

    [Fact]
    public void Resize_Smaller_EvictsTheOldest()
    {
        var table = new DynamicTable(4096);
        for (int i = 0; i < 10; i++)
        {
            table.Add("abc", $"{i}");
        }

        table.Resize(109);
        Assert.Equal([("abc", "9"), ("abc", "8"), ("abc", "7")], Contents(table));
        table.Resize(0);
        Assert.Equal((0, 0), (table.Count, table.Size));
        table.Resize(4096);
        Assert.Equal(0, table.Count);
        table.Add("a", "b");
        Assert.Equal([("a", "b")], Contents(table));
    }

    private static IEnumerable<(string Name, string Value)> Contents(DynamicTable table) => Enumerable.Range(0, table.Count).Select(table.Get);
}
