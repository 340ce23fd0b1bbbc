using System.Text.Json;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Features.ServiceEntry;

/// <summary>The ServiceEntries of the mesh.</summary>
public static class ServiceEntries
{
    /// <summary>The objects.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config("ServiceEntry");

    private static readonly TableIndex<ConfigObject, string> ByNamespace = new(Table, static o => [o.Meta.Namespace]);

    /// <summary>By namespace and host, as far as the specification can be read.</summary>
    internal static TableIndex<ConfigObject, (string Namespace, string Host)> ByHost { get; } = new(Table, static o => Hosts(o).Select(h => (o.Meta.Namespace, h)));

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<ServiceEntrySpec>> Object { get; } = new(
        "ServiceEntry.Object", static (reader, key) => reader.Find(Table, key) is { } source ? ServiceEntryReader.Read(source) : new(null, []));

    /// <summary>The services of one object; none where it is refused.</summary>
    public static Derivation<ObjectKey, EquatableArray<MeshService>> ServicesOf { get; } = new("ServiceEntry.Services", static (reader, key) =>
    {
        if (reader.Find(Table, key) is not { } source || reader.Get(Object, key).Spec is not { } spec)
            return [];
        var distribution = TrafficDistributions.OfEntry(source.Meta);
        return spec.Services.Select(s => s with
        {
            ExportTo = ServiceEntryScopes.Of(reader, s.DeclaredExportTo, source.Meta.Namespace),
            TrafficDistribution = distribution,
        }).ToEquatableArray();
    });

    /// <summary>Keys of all objects.</summary>
    internal static Derivation<Unit, EquatableArray<ObjectKey>> Keys { get; } =
        new("ServiceEntry.Keys", static (reader, _) => reader.All(Table).Select(static o => o.Key).ToEquatableArray());

    /// <summary>Keys of the objects of a namespace, oldest first.</summary>
    internal static Derivation<string, EquatableArray<ObjectKey>> KeysInNamespace { get; } = new(
        "ServiceEntry.KeysInNamespace",
        static (reader, name) => reader.Lookup(ByNamespace, name).OrderBy(static o => o.Meta.CreationTime).Select(static o => o.Key).ToEquatableArray());

    private static IReadOnlyList<string> Hosts(ConfigObject source)
    {
        try
        {
            using var document = JsonDocument.Parse(source.SpecJson, new JsonDocumentOptions { MaxDepth = 64 });
            return document.RootElement.TryGetProperty("hosts", out var hosts) && hosts.ValueKind == JsonValueKind.Array
                ? [.. hosts.EnumerateArray().Where(static h => h.ValueKind == JsonValueKind.String).Select(static h => h.GetString()!)]
                : [];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return [];
        }
    }
}
