using System.Text.Json;
using ControlPlane.Kubernetes.Resources.Metadata;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources;

/// <summary>What the adapters of all kinds have in common: metadata, and the rule that an object with one fault is refused whole.</summary>
/// <typeparam name="T">Type of the model's object.</typeparam>
internal abstract class ResourceAdapter<T>(ResourceKind kind, TableId<T> table, NameRule nameRule = NameRule.Subdomain) : IResourceAdapter
    where T : MeshObject
{
    public ResourceKind Kind { get; } = kind;

    public AdapterResult Adapt(JsonElement json, string apiVersion, ResourceOptions options)
    {
        var faults = new FaultList(Kind.Kind);
        var root = new Fields(json, "", faults);
        var meta = MetadataReader.Read(root.Object("metadata"), Kind.Namespaced, nameRule, options);
        if (meta is null)
            return new AdapterResult([], [], faults.ToDiagnostics());
        if (IsOfRevision && !options.IsInRevision(meta.Labels))
            return new AdapterResult([], [], []);
        faults.Key = meta.Key;
        var objects = Read(root, meta, apiVersion);
        return faults.HasErrors
            ? new AdapterResult([], [new ObjectId(table, meta.Key)], faults.ToDiagnostics())
            : new AdapterResult([ModelChange.Upsert.Of(table, objects)], [], faults.ToDiagnostics());
    }

    /// <summary>Whether objects may be meant for one revision of the control plane only: configuration is, what runs in the cluster is not.</summary>
    protected virtual bool IsOfRevision => false;

    /// <summary>Reads what is special to the kind; faults go to the list behind <paramref name="root"/>.</summary>
    protected abstract T Read(Fields root, ObjectMeta meta, string apiVersion);
}
