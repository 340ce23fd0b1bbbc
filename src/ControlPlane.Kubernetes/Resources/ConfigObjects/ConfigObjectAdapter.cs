using System.Text.Json;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources.ConfigObjects;

/// <summary>A kind whose specification travels as JSON to the feature that owns it.</summary>
internal sealed class ConfigObjectAdapter(ResourceKind kind, TableId<ConfigObject> table, bool readsStatus, bool readsVersion = false, bool readsGeneration = false)
    : ResourceAdapter<ConfigObject>(kind, table)
{
    protected override bool IsOfRevision => true;

    protected override ConfigObject Read(Fields root, ObjectMeta meta, string apiVersion) => new()
    {
        Meta = meta,
        ApiVersion = apiVersion,
        Kind = Kind.Kind,
        SpecJson = Json(root, "spec") is { Length: > 0 } spec ? spec : "{}",
        ResourceVersion = readsVersion ? root.Object("metadata").Text("resourceVersion") : "",
        Generation = readsGeneration ? root.Object("metadata").Integer("generation") ?? 0 : 0,
        StatusJson = readsStatus ? Json(root, "status") : "",
    };

    private static string Json(Fields root, string name)
    {
        var value = root.Value(name);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                return value.GetRawText();
            case JsonValueKind.Undefined:
                return "";
            default:
                root.WrongType(name, "an object", value);
                return "";
        }
    }
}
