namespace ControlPlane.Http2.Tests.Hpack;

/// <summary>A peer's encoder that takes any representation which is right, at random. It keeps the tables in the plainest way: as lists.</summary>
internal sealed class RandomEncoder(Random random, int maxTableSize)
{
    private const int EntryOverhead = 32;

    private static readonly string[] Names = ["te", "a", "x-trace", ":path", "content-type", "user-agent", "cookie", "grpc-timeout", ":status", ""];
    private static readonly string[] Values = ["", "200", "/", "trailers", "application/grpc", "gzip, deflate", "1"];

    private readonly List<(string Name, string Value)> _static = StaticFields();
    private readonly List<(string Name, string Value)> _dynamic = [];
    private int _tableSize = Math.Min(maxTableSize, 4096);

    /// <summary>The dynamic table, newest first.</summary>
    public IReadOnlyList<(string Name, string Value)> Dynamic => _dynamic;

    /// <summary>A block, and the fields that it stands for.</summary>
    public (byte[] Block, List<(string Name, string Value)> Fields) Next()
    {
        var writer = new BlockWriter();
        for (int updates = random.Next(10) == 0 ? random.Next(3) : 0; updates > 0; updates--)
        {
            _tableSize = random.Next(3) switch { 0 => 0, 1 => maxTableSize, _ => random.Next(maxTableSize + 1) };
            writer.TableSize(_tableSize);
            Evict(_tableSize);
        }

        var fields = Enumerable.Range(0, random.Next(12)).Select(_ => NewField()).ToList();
        foreach (var field in fields)
        {
            Encode(writer, field);
        }

        return (writer.Block, fields);
    }

    private (string Name, string Value) NewField()
    {
        var known = _static.Concat(_dynamic).ToList();
        return random.Next(4) switch
        {
            0 => known[random.Next(known.Count)],
            1 => (known[random.Next(known.Count)].Name, NewText(Values)),
            _ => (NewText(Names), NewText(Values)),
        };
    }

    private string NewText(string[] usual)
    {
        if (random.Next(2) == 0)
        {
            return usual[random.Next(usual.Length)];
        }

        int length = random.Next(20) == 0 ? random.Next(6000) : random.Next(40);
        var (least, most) = random.Next(2) == 0 ? (0, 256) : (' ', '~');
        return string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next(least, most)));
    }

    private void Encode(BlockWriter writer, (string Name, string Value) field)
    {
        var all = _static.Concat(_dynamic).ToList();
        var same = all.Select((known, i) => (known, i)).Where(pair => pair.known == field).Select(pair => pair.i + 1).ToList();
        if (same.Count > 0 && random.Next(3) > 0)
        {
            writer.Indexed(same[random.Next(same.Count)]);
            return;
        }

        byte kind = random.Next(4) switch { 0 => 0x00, 1 => 0x10, _ => 0x40 };
        var named = all.Select((known, i) => (known.Name, i)).Where(pair => pair.Name == field.Name).Select(pair => pair.i + 1).ToList();
        int name = named.Count > 0 && random.Next(3) > 0 ? named[random.Next(named.Count)] : 0;
        writer.Integer(kind, kind == 0x40 ? 6 : 4, name);
        if (name == 0)
        {
            writer.Text(field.Name, huffman: random.Next(2) == 0);
        }

        writer.Text(field.Value, huffman: random.Next(2) == 0);
        if (kind == 0x40)
        {
            int size = SizeOf(field);
            Evict(Math.Max(0, _tableSize - size));
            if (size <= _tableSize)
            {
                _dynamic.Insert(0, field);
            }
        }
    }

    private void Evict(int size)
    {
        while (_dynamic.Sum(SizeOf) > size)
        {
            _dynamic.RemoveAt(_dynamic.Count - 1);
        }
    }

    private static int SizeOf((string Name, string Value) field) => field.Name.Length + field.Value.Length + EntryOverhead;

    private static List<(string Name, string Value)> StaticFields()
    {
        var sink = new RecordingSink();
        new Http2.Hpack.HpackDecoder().Decode([.. Enumerable.Range(0x81, 61).Select(i => (byte)i)], sink);
        return sink.Fields;
    }
}
