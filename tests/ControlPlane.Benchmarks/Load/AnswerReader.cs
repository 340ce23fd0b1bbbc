using System.Collections.Concurrent;
using ControlPlane.Model.Delivery;
using Google.Protobuf;

namespace ControlPlane.Benchmarks.Load;

/// <summary>Walks the fields of a DeltaDiscoveryResponse without decoding resources; names and versions are pooled over all clients.</summary>
internal static class AnswerReader
{
    private static readonly ConcurrentDictionary<ByteString, string> Pool = new();

    public static Answer Read(ReadOnlyMemory<byte> bytes)
    {
        var answer = new Answer { Bytes = bytes };
        var input = CodedInputStreamOf(bytes);
        while (input.ReadTag() is var tag and not 0)
        {
            switch (tag >> 3)
            {
                case 2:
                    ReadResource(input.ReadBytes(), answer);
                    break;
                case 4:
                    answer.Type = XdsTypes.FromTypeUrl(input.ReadString());
                    break;
                case 5:
                    answer.Nonce = input.ReadString();
                    break;
                case 6:
                    answer.Removed.Add(input.ReadString());
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return answer;
    }

    private static void ReadResource(ByteString resource, Answer answer)
    {
        string name = "", version = "";
        var input = resource.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            switch (tag >> 3)
            {
                case 3:
                    name = Intern(input.ReadBytes());
                    break;
                case 1:
                    version = Intern(input.ReadBytes());
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        answer.Names.Add(name);
        answer.Versions.Add(version);
    }

    private static string Intern(ByteString bytes) => Pool.GetOrAdd(bytes, b => b.ToStringUtf8());

    private static CodedInputStream CodedInputStreamOf(ReadOnlyMemory<byte> bytes) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var segment)
            ? new CodedInputStream(segment.Array!, segment.Offset, segment.Count)
            : new CodedInputStream(bytes.ToArray());
}
