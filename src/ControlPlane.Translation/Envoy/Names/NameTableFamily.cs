using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Names;

/// <summary>The family of NameTable resources: a single one per class.</summary>
public static class NameTableFamily
{
    /// <summary>The only instance.</summary>
    public static ResourceFamily Instance { get; } =
        new ResourceFamily<NameTableItem, NameTableInput>(XdsType.NameTable, NameTables.Members, NameTables.Collect, NameTables.Build);
}
