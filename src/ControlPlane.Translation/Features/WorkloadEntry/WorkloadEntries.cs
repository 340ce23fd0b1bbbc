using System.Text.Json;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Translation.Features.WorkloadEntry;

/// <summary>The WorkloadEntries of the mesh.</summary>
public static class WorkloadEntries
{
    /// <summary>The objects.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config("WorkloadEntry");

    private static readonly TableIndex<ConfigObject, string> ByNamespace = new(Table, static o => [o.Meta.Namespace]);

    private static readonly TableIndex<ConfigObject, string> ByAddress = new(Table, Address);

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<WorkloadSpec>> Object { get; } = new(
        "WorkloadEntry.Object", static (reader, key) => reader.Find(Table, key) is { } source ? WorkloadEntryReader.Read(source) : new(null, []));

    /// <summary>The workloads of a namespace that take part, by name.</summary>
    public static Derivation<string, EquatableArray<WorkloadSpec>> InNamespace { get; } = new(
        "WorkloadEntries",
        static (reader, name) => reader.Lookup(ByNamespace, name)
            .Select(o => reader.Get(Object, o.Key).Spec)
            .OfType<WorkloadSpec>()
            .Where(static w => w.Healthy)
            .ToEquatableArray());

    /// <summary>
    /// The workload at an address, null where there is none. Of several that of the proxy's namespace goes first; a single one counts
    /// whatever its namespace is.
    /// </summary>
    public static Derivation<(string Namespace, string Address), WorkloadSpec?> AtAddress { get; } = new("WorkloadEntryAtAddress", static (reader, key) =>
    {
        var all = reader.Lookup(ByAddress, key.Address).Select(o => reader.Get(Object, o.Key).Spec).OfType<WorkloadSpec>().Where(static w => w.Healthy).ToList();
        return all.Find(w => w.Namespace == key.Namespace) ?? all.FirstOrDefault();
    });

    private static IReadOnlyList<string> Address(ConfigObject source)
    {
        try
        {
            using var document = JsonDocument.Parse(source.SpecJson, new JsonDocumentOptions { MaxDepth = 64 });
            return document.RootElement.TryGetProperty("address", out var address) && address.GetString() is { Length: > 0 } text ? [text] : [];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return [];
        }
    }
}
