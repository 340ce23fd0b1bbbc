using ControlPlane.Kubernetes.Resources;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Files;

/// <summary>One object of the model and where it was written.</summary>
/// <param name="Change">The change that brings it into the model.</param>
/// <param name="File">File as users name it.</param>
/// <param name="Line">Line on which the Kubernetes object begins.</param>
/// <param name="Path">Path from the document's root to the Kubernetes object: "" or items[n]; for the mesh configuration the field that holds it.</param>
/// <param name="DocumentLine">Line on which the document's text begins, which finds it again in the file.</param>
/// <param name="RootLine">Line of the document's root within that text: several JSON values share one text.</param>
internal sealed record ManifestObject(ModelChange.Upsert Change, string File, int Line, string Path, int DocumentLine, int RootLine)
{
    /// <summary>The object.</summary>
    public ObjectId Id => new(Change.Table, Change.Value.Key);

    /// <summary>Path that orders files; "" before it is in an <see cref="ObjectStore"/>.</summary>
    public string Origin { get; init; } = "";

    /// <summary>Its place among the objects of its file; 0 before it is in an <see cref="ObjectStore"/>.</summary>
    public int Order { get; init; }
}
