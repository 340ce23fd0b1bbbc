using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using Message = Istio.Networking.V1Alpha3.WorkloadGroup;

namespace ControlPlane.Translation.Features.WorkloadGroup;

/// <summary>The WorkloadGroups of the mesh: templates of WorkloadEntries. No proxy receives anything of them.</summary>
public static class WorkloadGroups
{
    /// <summary>The objects.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config("WorkloadGroup");

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<Message>> Object { get; } = new(
        "WorkloadGroup.Object", static (reader, key) => reader.Find(Table, key) is { } source ? WorkloadGroupReader.Read(source) : new(null, []));
}
