using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;
using Envoy.Config.Listener.V3;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Envoy;

/// <summary>
/// All protobuf messages that ControlPlane.Protos defines, so that an <see cref="Any"/> can be read and printed by its type URL. Built on first use
/// (some 300 files, which takes seconds: not for what starts often; see ProtoJson) and kept for the life of the process; safe for concurrent use.
/// </summary>
public static class ProtoTypes
{
    private static readonly ConcurrentDictionary<string, MessageDescriptor> Found = new(StringComparer.Ordinal);
    private static readonly Lazy<IReadOnlyList<FileDescriptor>> LoadedFiles = new(LoadFiles);
    private static readonly Lazy<TypeRegistry> LoadedRegistry = new(() => TypeRegistry.FromFiles(LoadedFiles.Value.Concat(WellKnown)));
    private static readonly Lazy<JsonParser> LoadedParser = new(() => new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(Registry).WithIgnoreUnknownFields(false)));

    /// <summary>Google's own messages, which an Any may carry although no definition imports their file.</summary>
    private static FileDescriptor[] WellKnown =>
    [
        AnyReflection.Descriptor, DurationReflection.Descriptor, EmptyReflection.Descriptor, FieldMaskReflection.Descriptor,
        StructReflection.Descriptor, TimestampReflection.Descriptor, WrappersReflection.Descriptor,
    ];

    /// <summary>Every file of definitions, ordered by name.</summary>
    public static IReadOnlyList<FileDescriptor> Files => LoadedFiles.Value;

    /// <summary>Every message of <see cref="Files"/> and of the files they import, by full name.</summary>
    public static TypeRegistry Registry => LoadedRegistry.Value;

    /// <summary>Reads protobuf JSON in which each Any is written out under its "@type". A field or type that is not known is an error.</summary>
    public static JsonParser JsonParser => LoadedParser.Value;

    /// <summary>
    /// The type of a message by its full name, or null where it is not known. Other than <see cref="Registry"/> it loads only the file of that
    /// message and what that imports: loading all takes about a second.
    /// </summary>
    public static MessageDescriptor? Find(string fullName)
    {
        ArgumentNullException.ThrowIfNull(fullName);
        if (Found.TryGetValue(fullName, out var known))
            return known;
        var found = (MessageDescriptor?)ClassOf(fullName)?.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null);
        if (found is not null && found.FullName == fullName)
            Found[fullName] = found;
        return found?.FullName == fullName ? found : null; // names that are not known come from users: they are not kept
    }

    /// <summary>Reads the message inside an Any; false when its type is not known here or its bytes are not a message of that type.</summary>
    public static bool TryUnpack(Any any, [NotNullWhen(true)] out IMessage? message)
    {
        ArgumentNullException.ThrowIfNull(any);
        message = null;
        if (Find(Any.GetTypeName(any.TypeUrl)) is not { } descriptor)
            return false;
        try
        {
            message = descriptor.Parser.ParseFrom(any.Value);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    /// <summary>The generated class of a message: its package in PascalCase, nested messages in a class Types of the outer one.</summary>
    private static System.Type? ClassOf(string fullName)
    {
        string[] parts = fullName.Split('.');
        int package = Array.FindIndex(parts, part => part.Length > 0 && char.IsAsciiLetterUpper(part[0]));
        if (package < 0)
            return null;
        string name = string.Join("+Types+", parts[package..]);
        return string.Join('.', parts[..package]) switch
        {
            "google.protobuf" => typeof(Any).Assembly.GetType($"{typeof(Any).Namespace}.{name}"),
            "stats" => typeof(Listener).Assembly.GetType($"Istio.Stats.{name}"),
            _ => typeof(Listener).Assembly.GetType($"{string.Join('.', parts[..package].Select(Pascal))}.{name}"),
        };
    }

    /// <summary>A segment of a package as the generator spells it in a namespace: a capital at the start and after a digit or an underscore.</summary>
    private static string Pascal(string segment)
    {
        var text = new StringBuilder(segment.Length);
        bool capital = true;
        foreach (char c in segment)
        {
            if (char.IsAsciiLetter(c))
                text.Append(capital ? char.ToUpperInvariant(c) : c);
            else if (c != '_')
                text.Append(c);
            capital = !char.IsAsciiLetter(c);
        }

        return text.ToString();
    }

    private static FileDescriptor[] LoadFiles() =>
        typeof(Listener).Assembly.GetExportedTypes()
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static))
            .Where(property => property?.PropertyType == typeof(FileDescriptor))
            .Select(property => (FileDescriptor)property!.GetValue(null)!)
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .ToArray();
}
