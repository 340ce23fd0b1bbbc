using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Views.Outbound;

/// <summary>Those labels of clients that some rule of their scope looks at: classes that agree on them share what rules make.</summary>
public static class SourceLabels
{
    private static readonly Derivation<OutboundScope, EquatableArray<string>> Keys = new("SourceLabels", static (reader, scope) =>
        reader.Get(ImportedVirtualServices.SourceLabels, scope)
            .Union(reader.Get(DestinationRules.SelectorLabels, scope.Namespace), StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).ToEquatableArray());

    /// <summary>The labels of a class that matter in its scope.</summary>
    public static LabelMap Of(IReader reader, ProxyClass proxy, OutboundScope scope)
    {
        var keys = reader.Get(Keys, scope);
        return keys.IsEmpty ? LabelMap.Empty : LabelMap.From(proxy.Labels.Where(l => keys.Contains(l.Key)));
    }
}
