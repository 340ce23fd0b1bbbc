using ControlPlane.Http2.Hpack;

namespace ControlPlane.Http2.Tests.Hpack;

/// <summary>Keeps the fields; wants so many of them.</summary>
internal sealed class RecordingSink(int wanted = int.MaxValue) : IHeaderSink
{
    public List<(string Name, string Value)> Fields { get; } = [];

    public bool OnField(string name, string value)
    {
        Assert.True(Fields.Count < wanted, "a field came after the sink had said stop");
        Fields.Add((name, value));
        return Fields.Count < wanted;
    }
}
