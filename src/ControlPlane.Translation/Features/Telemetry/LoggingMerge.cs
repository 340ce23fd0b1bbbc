using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy;
using Istio.Telemetry.V1Alpha1;
using Proto = Istio.Telemetry.V1Alpha1.Telemetry;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>Decides which providers log, from the layers of Telemetry objects and the mesh's default providers.</summary>
internal static class LoggingMerge
{
    /// <summary>What is said of one provider.</summary>
    /// <param name="Disabled">Whether the last matching entry switches it off.</param>
    /// <param name="Filter">CEL expression of the last entry that names the provider, "" for none.</param>
    public sealed record Outcome(bool Disabled, string Filter);

    /// <summary>Providers by name as written, in no particular order.</summary>
    public static Dictionary<string, Outcome> Merge(IReadOnlyList<string> defaults, EquatableArray<Frozen<Proto>> layers, TelemetrySide side)
    {
        var logging = layers.Select(l => l.Message.AccessLogging).Where(l => l.Count > 0).ToList();
        if (logging.Count == 0)
            return defaults.Distinct(StringComparer.Ordinal).ToDictionary(p => p, _ => new Outcome(false, ""), StringComparer.Ordinal);
        var filters = new Dictionary<string, string>(StringComparer.Ordinal);
        var scope = new HashSet<string>(defaults, StringComparer.Ordinal);
        foreach (var layer in logging)
        {
            var named = new HashSet<string>(StringComparer.Ordinal);
            foreach (var entry in layer.Where(e => Matches(e.Match, side)))
            {
                foreach (var provider in entry.Providers)
                {
                    named.Add(provider.Name);
                    filters[provider.Name] = entry.Filter?.Expression ?? "";
                }
            }

            if (named.Count > 0)
                scope = named;
        }

        var outcomes = new Dictionary<string, Outcome>(StringComparer.Ordinal);
        IReadOnlyList<string> current = defaults;
        foreach (var entry in logging.SelectMany(l => l))
        {
            if (entry.Providers.Count > 0)
                current = [.. entry.Providers.Select(p => p.Name)];
            if (!Matches(entry.Match, side))
                continue;
            foreach (var provider in current.Where(scope.Contains))
                outcomes[provider] = new Outcome(entry.Disabled ?? false, filters.GetValueOrDefault(provider, ""));
        }

        return outcomes;
    }

    private static bool Matches(AccessLogging.Types.LogSelector? selector, TelemetrySide side) =>
        selector is null
        || selector.Mode == WorkloadMode.ClientAndServer
        || selector.Mode == (side == TelemetrySide.Inbound ? WorkloadMode.Server : WorkloadMode.Client);
}
