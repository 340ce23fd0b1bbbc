using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Services;
using Istio.Mesh.V1Alpha1;
using Level = Istio.Mesh.V1Alpha1.ServiceEntryVisibility.Types.Visibility;

namespace ControlPlane.Translation.Features.ServiceEntry;

/// <summary>
/// How far the ServiceEntries of a namespace may be seen, whatever they say themselves (meshConfig.serviceEntryVisibility): the mesh's
/// owner narrows what users export, never widens it.
/// </summary>
internal static class ServiceEntryScopes
{
    private const string Everybody = "*";
    private const string Nobody = "~";
    private const string Own = ".";

    private static readonly Derivation<Unit, EquatableArray<string>> DefaultExportTo = new(
        "ServiceEntry.DefaultExportTo", static (reader, _) => reader.Get(MeshSettings.Current, Unit.Value).Config.DefaultServiceExportTo.ToEquatableArray());

    private static readonly Derivation<Unit, ServiceEntryVisibility?> Setting = new("ServiceEntry.VisibilitySetting", static (reader, _) =>
        reader.Get(MeshSettings.Current, Unit.Value).Config.ServiceEntryVisibility is { ApplyToSidecars: true } setting ? setting : null);

    /// <summary>The level of a namespace: that of the first policy whose rules all fit its labels, else the default.</summary>
    private static readonly Derivation<string, Level> OfNamespace = new("ServiceEntry.Visibility", static (reader, name) =>
    {
        if (reader.Get(Setting, Unit.Value) is not { } setting)
            return Level.Public;
        var labels = reader.Find(Tables.Namespaces, new ObjectKey("", name))?.Meta.Labels ?? LabelMap.Empty;
        return setting.Policies.FirstOrDefault(p => p.MatchingRules.All(r => Fits(r, labels)))?.Visibility ?? setting.DefaultVisibility;
    });

    /// <summary>Who sees the services of an object.</summary>
    /// <param name="reader">Where the mesh's setting is read.</param>
    /// <param name="declared">What the object itself says; empty where it leaves that to the mesh.</param>
    /// <param name="namespace">Namespace of the object.</param>
    public static Visibility Of(IReader reader, EquatableArray<string> declared, string @namespace)
    {
        var exportTo = declared.IsEmpty ? reader.Get(DefaultExportTo, Unit.Value) : declared;
        if (exportTo is [Nobody])
            return Visibility.Nowhere;
        return reader.Get(OfNamespace, @namespace) switch
        {
            Level.Namespace => exportTo.Any(e => e is Everybody or Own || e == @namespace) ? new Visibility(false, [@namespace]) : Visibility.Nowhere,
            Level.None => Visibility.Nowhere,
            _ => VisibilityReader.Read(exportTo, @namespace),
        };
    }

    /// <summary>A rule of a kind that is not known here fits nothing.</summary>
    private static bool Fits(ServiceEntryVisibility.Types.MatchRule rule, LabelMap labels) =>
        rule.NamespaceSelector is { } selector && DiscoverySelection.Matches(selector, labels);
}
