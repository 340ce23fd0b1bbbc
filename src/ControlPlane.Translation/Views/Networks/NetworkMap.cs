using System.Net;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Networks;

/// <summary>
/// Which network an endpoint is in: what its own label says, else the label of the root namespace, else the network whose
/// endpoints come from this cluster's registry, else the widest range of meshNetworks that holds its address.
/// </summary>
public sealed record NetworkMap
{
    private static readonly Derivation<Unit, string> RootNamespace =
        new("RootNamespace", static (reader, _) => reader.Get(MeshSettings.Current, Unit.Value).RootNamespace);

    /// <summary>The map now.</summary>
    public static Derivation<Unit, NetworkMap> Current { get; } = new("NetworkMap", static (reader, _) =>
    {
        var root = reader.Get(RootNamespace, Unit.Value);
        var label = reader.Find(Tables.Namespaces, new ObjectKey("", root))?.Meta.Labels[WellKnownLabels.Network] ?? "";
        var networks = reader.Get(MeshNetworksView.Current, Unit.Value);
        return new NetworkMap { Default = label.Length > 0 ? label : networks.OfRegistry, Ranges = networks.Ranges };
    });

    /// <summary>The network of everything that has no label, "" where none is declared.</summary>
    public string Default { get; private init; } = "";

    /// <summary>Ranges from the widest to the narrowest.</summary>
    internal EquatableArray<CidrNetwork> Ranges { get; private init; }

    /// <summary>The network of an endpoint.</summary>
    /// <param name="label">Value of its network label, null or "" where it has none.</param>
    /// <param name="address">Its address; anything but an IP is in no range.</param>
    /// <returns>Name of the network, "" where unknown.</returns>
    public string Of(string? label, string address)
    {
        if (!string.IsNullOrEmpty(label))
            return label;
        if (Default.Length > 0 || Ranges.IsEmpty || !IPAddress.TryParse(address, out var ip))
            return Default;
        foreach (var range in Ranges)
        {
            if (range.Range.Contains(ip))
                return range.Network;
        }

        return "";
    }
}
