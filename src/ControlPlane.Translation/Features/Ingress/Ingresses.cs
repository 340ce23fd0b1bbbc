using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using Mode = Istio.Mesh.V1Alpha1.MeshConfig.Types.IngressControllerMode;

namespace ControlPlane.Translation.Features.Ingress;

/// <summary>The Ingresses, and which of them are the mesh's to serve.</summary>
public static class Ingresses
{
    private const string Group = "networking.k8s.io";
    private const string Controller = "istio.io/ingress-controller";

    /// <summary>The objects.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config(Group + "/Ingress");

    /// <summary>The classes, which are in no namespace.</summary>
    public static TableId<ConfigObject> Classes { get; } = Tables.Config(Group + "/IngressClass");

    private static readonly Derivation<Unit, EquatableArray<ObjectKey>> AllKeys = new(
        "Ingress.AllKeys", static (reader, _) => reader.All(Table).Select(o => o.Key).ToEquatableArray());

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<IngressSpec>> Object { get; } = new(
        "Ingress.Object", static (reader, key) => reader.Find(Table, key) is { } source ? IngressReader.Read(source) : new(null, []));

    /// <summary>Whether a class is Istio's; null where there is no such class.</summary>
    private static readonly Derivation<string, bool?> IsOwnClass = new("Ingress.IsOwnClass", static (reader, name) =>
        reader.Find(Classes, new ObjectKey("", name)) is { } source ? IngressReader.ControllerOf(source) == Controller : null);

    private static readonly Derivation<Unit, (Mode Mode, string Class)> Settings = new("Ingress.Settings", static (reader, _) =>
    {
        var mesh = reader.Get(MeshSettings.Current, Unit.Value).Config;
        return (mesh.IngressControllerMode, mesh.IngressClass);
    });

    /// <summary>One Ingress, null where it is not the mesh's to serve.</summary>
    public static Derivation<ObjectKey, IngressSpec?> Served { get; } = new(
        "Ingress.Served",
        static (reader, key) => reader.Get(DiscoverySelection.Includes, key.Namespace) && reader.Get(Object, key).Spec is { } spec && IsServed(reader, spec) ? spec : null);

    /// <summary>The Ingresses that the mesh serves.</summary>
    public static Derivation<Unit, EquatableArray<ObjectKey>> Keys { get; } = new(
        "Ingress.Keys", static (reader, _) => reader.Get(AllKeys, Unit.Value).Where(k => reader.Get(Served, k) is not null).ToEquatableArray());

    /// <summary>
    /// The annotation, where present, decides alone; else a class that exists, whatever the mode; else only the mode DEFAULT takes
    /// Ingresses that nobody else claims.
    /// </summary>
    private static bool IsServed(IReader reader, IngressSpec spec)
    {
        var (mode, ownClass) = reader.Get(Settings, Unit.Value);
        if (spec.ClassAnnotation is { } annotation)
            return mode is Mode.Strict or Mode.Default && annotation == ownClass;
        return (spec.ClassName is { } name ? reader.Get(IsOwnClass, name) : null) ?? mode == Mode.Default;
    }
}
