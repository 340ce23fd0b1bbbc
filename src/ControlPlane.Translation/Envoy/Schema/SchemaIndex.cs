using System.Text;

namespace ControlPlane.Translation.Envoy.Schema;

/// <summary>Finds the definitions in a google.protobuf.FileDescriptorSet without reading them.</summary>
internal sealed class SchemaIndex
{
    // Field numbers of google/protobuf/descriptor.proto.
    private const int SetFile = 1;
    private const int FilePackage = 2;
    private const int FileMessage = 4;
    private const int FileEnum = 5;
    private const int FileOptions = 8;
    private const int OptionCsharpNamespace = 37;
    private const int MessageName = 1;
    private const int MessageNested = 3;
    private const int MessageEnum = 4;
    private const int EnumName = 1;

    private readonly byte[] _set;

    /// <summary>Finds all definitions of a set.</summary>
    public SchemaIndex(byte[] set)
    {
        _set = set;
        foreach (var (_, offset, length) in Children(set, 0, set.Length, SetFile, SetFile))
        {
            var package = Text(set, offset, length, FilePackage);
            var options = Children(set, offset, length, FileOptions, FileOptions);
            var space = options.Count == 0 ? "" : Text(set, options[0].Offset, options[0].Length, OptionCsharpNamespace);
            foreach (var child in Children(set, offset, length, FileMessage, FileEnum))
                Add(child, FileEnum, package.Length == 0 ? "" : package + ".", space + ".");
        }
    }

    /// <summary>Places by full name.</summary>
    public Dictionary<string, Place> Places { get; } = new(4096, StringComparer.Ordinal);

    /// <summary>Full names by the name of the generated class, with dots before nested classes too.</summary>
    public Dictionary<string, string> ByClrName { get; } = new(4096, StringComparer.Ordinal);

    private void Add((int Field, int Offset, int Length) child, int enumField, string prefix, string clrPrefix)
    {
        var isEnum = child.Field == enumField;
        var own = Text(_set, child.Offset, child.Length, isEnum ? EnumName : MessageName);
        var name = prefix + own;
        Places[name] = new Place(child.Offset, child.Length, isEnum);
        if (isEnum)
            return;
        var clrName = clrPrefix + own;
        ByClrName[clrName] = name;
        foreach (var nested in Children(_set, child.Offset, child.Length, MessageNested, MessageEnum))
            Add(nested, MessageEnum, name + ".", clrName + ".Types.");
    }

    /// <summary>The fields of two numbers within a message, with the bytes that they hold.</summary>
    private static List<(int Field, int Offset, int Length)> Children(byte[] set, int offset, int length, int first, int second)
    {
        var found = new List<(int, int, int)>();
        var reader = new WireReader(set.AsSpan(offset, length));
        while (!reader.AtEnd)
        {
            var (field, wireType) = reader.ReadTag();
            if (wireType == WireReader.Bytes && (field == first || field == second))
            {
                var size = reader.ReadBytes().Length;
                found.Add((field, offset + reader.Position - size, size));
            }
            else
            {
                reader.Skip(wireType);
            }
        }

        return found;
    }

    private static string Text(byte[] set, int offset, int length, int wanted)
    {
        var reader = new WireReader(set.AsSpan(offset, length));
        while (!reader.AtEnd)
        {
            var (field, wireType) = reader.ReadTag();
            if (field == wanted && wireType == WireReader.Bytes)
                return Encoding.UTF8.GetString(reader.ReadBytes());
            reader.Skip(wireType);
        }

        return "";
    }

    /// <summary>Where the definition of a message or enum lies in the descriptor set.</summary>
    internal readonly record struct Place(int Offset, int Length, bool IsEnum);
}
