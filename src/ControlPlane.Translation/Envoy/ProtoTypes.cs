using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Envoy.Config.Listener.V3;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Envoy;

/// <summary>
/// All protobuf messages that ControlPlane.Protos defines, so that an <see cref="Any"/> can be read and printed by its type URL. Built on first use
/// (some 300 files) and kept for the life of the process; safe for concurrent use.
/// </summary>
public static class ProtoTypes
{
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

    /// <summary>Reads the message inside an Any; false when its type is not known here or its bytes are not a message of that type.</summary>
    public static bool TryUnpack(Any any, [NotNullWhen(true)] out IMessage? message)
    {
        ArgumentNullException.ThrowIfNull(any);
        message = null;
        if (Registry.Find(Any.GetTypeName(any.TypeUrl)) is not { } descriptor)
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

    private static FileDescriptor[] LoadFiles() =>
        typeof(Listener).Assembly.GetExportedTypes()
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static))
            .Where(property => property?.PropertyType == typeof(FileDescriptor))
            .Select(property => (FileDescriptor)property!.GetValue(null)!)
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .ToArray();
}
