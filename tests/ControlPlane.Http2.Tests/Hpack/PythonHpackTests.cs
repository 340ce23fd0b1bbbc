using System.Buffers;
using System.Text.Json;
using ControlPlane.Http2.Hpack;
using ControlPlane.Testing.Processes;

namespace ControlPlane.Http2.Tests.Hpack;

/// <summary>Our decoder and encoder against those of another implementation.</summary>
public sealed class PythonHpackTests
{
    private static readonly string[] Names = [":path", ":authority", "te", "content-type", "user-agent", "cookie", "grpc-timeout", "x-trace", "authorization"];

    [PythonHpackFact]
    public async Task Decode_BlocksOfPythonsEncoder_GivesTheFields()
    {
        var random = new Random(7541);
        var blocks = Enumerable.Range(0, 500).Select(_ => NewBlock(random)).ToList();
        using var answer = await AskAsync(new { encode = blocks, decode = Array.Empty<object>() });
        var written = answer.RootElement.GetProperty("blocks").EnumerateArray().Select(block => Convert.FromHexString(block.GetString()!)).ToList();
        var decoder = new HpackDecoder();
        int mostEntries = 0;
        for (int i = 0; i < blocks.Count; i++)
        {
            var sink = new RecordingSink();
            decoder.Decode(written[i], sink);
            Assert.Equal(blocks[i].Fields.Select(field => ((string)field[0], (string)field[1])), sink.Fields);
            mostEntries = Math.Max(mostEntries, decoder.Table.Count);
        }

        Assert.Equal(blocks.Count, written.Count);
        Assert.InRange(mostEntries, 20, 128);
    }

    [PythonHpackFact]
    public async Task Encode_BlocksForPythonsDecoder_AreReadByIt()
    {
        var random = new Random(7541);
        var expected = new List<(string, string)[]>();
        var blocks = new List<object>();
        foreach (int status in (int[])[200, 204, 206, 304, 400, 404, 415, 500, 503])
        {
            var fields = NewBlock(random).Fields.Select(field => ((string)field[0], (string)field[1])).ToArray();
            expected.Add([(":status", $"{status}"), .. fields]);
            blocks.Add(new { allowed = 4096, block = Write(status, fields, emptyTable: false) });
        }

        using var answer = await AskAsync(new { encode = Array.Empty<object>(), decode = blocks });
        var decoded = answer.RootElement.GetProperty("decoded").EnumerateArray()
            .Select(fields => fields.EnumerateArray().Select(field => (field[0].GetString()!, field[1].GetString()!)).ToArray());
        Assert.Equal(expected, decoded);
    }

    [PythonHpackFact]
    public async Task WriteEmptyTable_PeerThatLoweredItsTable_AcceptsTheBlock()
    {
        using var answer = await AskAsync(new
        {
            encode = Array.Empty<object>(),
            decode = (object[])[new { allowed = 0, block = Write(200, [], emptyTable: true) }, new { allowed = 0, block = Write(200, [], emptyTable: false) }],
        });
        var decoded = answer.RootElement.GetProperty("decoded");
        Assert.Equal("""[[":status", "200"]]""", decoded[0].GetRawText());
        Assert.StartsWith("InvalidTableSizeError", decoded[1].GetString(), StringComparison.Ordinal);
    }

    private static Block NewBlock(Random random)
    {
        int[] sizes = random.Next(20) == 0 ? [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => random.Next(4097))] : random.Next(20) == 0 ? [4096] : [];
        var fields = Enumerable.Range(0, random.Next(1, 12))
            .Select(_ => (object[])[Names[random.Next(Names.Length)], NewValue(random), random.Next(5) == 0])
            .ToArray();
        return new Block(sizes, random.Next(2) == 0, fields);
    }

    private static string NewValue(Random random)
    {
        if (random.Next(2) == 0)
        {
            return $"value {random.Next(30)}";
        }

        int length = random.Next(20) == 0 ? random.Next(3000) : random.Next(50);
        return string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next(256)));
    }

    private static string Write(int status, IEnumerable<(string Name, string Value)> fields, bool emptyTable)
    {
        var output = new ArrayBufferWriter<byte>();
        if (emptyTable)
        {
            HpackEncoder.WriteEmptyTable(output);
        }

        HpackEncoder.WriteStatus(output, status);
        foreach (var (name, value) in fields)
        {
            HpackEncoder.WriteField(output, name, value);
        }

        return Convert.ToHexStringLower(output.WrittenSpan);
    }

    private static async Task<JsonDocument> AskAsync(object work)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(work, JsonSerializerOptions.Web));
            string script = Path.Combine(ExternalPrograms.PythonFolder, "hpack_peer.py");
            var (exitCode, output) = await ExternalProcess.RunAsync(ExternalPrograms.Python, [script, file], TimeSpan.FromMinutes(1));
            Assert.True(exitCode == 0, output);
            return JsonDocument.Parse(output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private sealed record Block(int[] Sizes, bool Huffman, object[][] Fields);
}
