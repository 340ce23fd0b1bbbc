using System.Text;
using System.Text.Json;

namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>Reads JSON text (one value or several one after another) into the same nodes as YAML, with line numbers and limits.</summary>
internal static class JsonTreeReader
{
    /// <summary>
    /// Reads the values of <paramref name="utf8"/>. Text that breaks off gives the values before the fault, and the fault.
    /// </summary>
    public static (IReadOnlyList<YamlNode> Values, YamlFault? Fault) Read(ReadOnlySpan<byte> utf8, YamlLimits limits)
    {
        var values = new List<YamlNode>();
        var lines = new LineCounter();
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = limits.MaxDepth, AllowMultipleValues = true });
            var open = new Stack<Frame>();
            while (reader.Read())
            {
                var line = lines.At(utf8, (int)reader.TokenStartIndex);
                if (Take(ref reader, line, open) is { } complete)
                    Attach(complete, open, values, limits);
            }

            return (values, null);
        }
        catch (JsonException e)
        {
            return (values, new YamlFault((int)(e.LineNumber ?? 0) + 1, $"not well-formed JSON: {Sentence(e.Message)}"));
        }
        catch (YamlFaultException e)
        {
            return (values, e.Fault);
        }
        catch (InvalidOperationException)
        {
            return (values, new YamlFault(lines.Line, "a string has an unpaired surrogate"));
        }
    }

    private static YamlNode? Take(ref Utf8JsonReader reader, int line, Stack<Frame> open)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                open.Push(new Frame(YamlNode.Collection(YamlNodeKind.Mapping, line)));
                return null;
            case JsonTokenType.StartArray:
                open.Push(new Frame(YamlNode.Collection(YamlNodeKind.Sequence, line)));
                return null;
            case JsonTokenType.PropertyName:
                open.Peek().TakeKey(reader.GetString()!, line);
                return null;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                return open.Pop().Node;
            case JsonTokenType.String:
                return YamlNode.Scalar(YamlNodeKind.String, line, reader.GetString()!);
            case JsonTokenType.Number:
                return YamlNode.Scalar(YamlNodeKind.Number, line, Encoding.ASCII.GetString(reader.ValueSpan));
            case JsonTokenType.True or JsonTokenType.False:
                return YamlNode.Scalar(YamlNodeKind.Boolean, line, reader.GetBoolean() ? "true" : "false");
            default:
                return YamlNode.Scalar(YamlNodeKind.Null, line, "null");
        }
    }

    private static void Attach(YamlNode node, Stack<Frame> open, List<YamlNode> values, YamlLimits limits)
    {
        if (node.Size > limits.MaxNodes)
            throw new YamlFaultException(node.Line, $"more than {limits.MaxNodes} nodes");
        if (open.TryPeek(out var frame))
            frame.Take(node);
        else
            values.Add(node);
    }

    private static string Sentence(string message)
    {
        // The reader appends its own, zero-based position, which would contradict the line that we report.
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    private sealed class Frame(YamlNode node)
    {
        private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
        private string _key = "";
        private int _keyLine;

        public YamlNode Node { get; } = node;

        public void TakeKey(string key, int line)
        {
            if (!_keys.Add(key))
                throw new YamlFaultException(line, $"key \"{key}\" is already in this object");
            _key = key;
            _keyLine = line;
        }

        public void Take(YamlNode child)
        {
            if (Node.Kind == YamlNodeKind.Sequence)
                Node.Add(child);
            else
                Node.Add(new YamlMember(_key, _keyLine, child));
        }
    }

    /// <summary>Counts lines up to positions that only grow.</summary>
    private sealed class LineCounter
    {
        private int _position;

        public int Line { get; private set; } = 1;

        public int At(ReadOnlySpan<byte> text, int position)
        {
            if (position > _position)
            {
                Line += text[_position..position].Count((byte)'\n');
                _position = position;
            }

            return Line;
        }
    }
}
