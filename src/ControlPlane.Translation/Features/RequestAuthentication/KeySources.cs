using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using Istio.Security.V1Beta1;

namespace ControlPlane.Translation.Features.RequestAuthentication;

/// <summary>Keys that are fetched: which are wanted, and those that whoever fetches them has put into the snapshot.</summary>
public static class KeySources
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Key sets that were fetched, without namespace, by the name of their source; the text of the set is the specification.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config("FetchedKeySet");

    /// <summary>What objects of kind RequestAuthentication want to be fetched, each name once, sorted.</summary>
    public static EquatableArray<KeySource> Wanted(IEnumerable<ConfigObject> objects)
    {
        ArgumentNullException.ThrowIfNull(objects);
        return objects.SelectMany(static o => RequestAuthenticationReader.Read(o).Spec?.Rules ?? [])
            .Select(static r => Of(r.Message)).OfType<KeySource>()
            .GroupBy(static s => s.Name, StringComparer.Ordinal)
            .Select(static g => g.MaxBy(static s => s.Timeout)!)
            .OrderBy(static s => s.Name, StringComparer.Ordinal)
            .ToEquatableArray();
    }

    /// <summary>A key set as it stands in <see cref="Table"/>.</summary>
    public static ConfigObject Fetched(string name, string keys) => new()
    {
        ApiVersion = "v1", Kind = Table.Kind, Meta = new ObjectMeta { Name = name }, SpecJson = keys,
    };

    /// <summary>Key of a set in <see cref="Table"/>.</summary>
    public static ObjectKey KeyOf(string name) => new("", name);

    /// <summary>The keys of a rule that were fetched; null where there are none, or none are wanted.</summary>
    internal static string? Find(IReader reader, JWTRule rule) => Of(rule) is { } source ? reader.Find(Table, KeyOf(source.Name))?.SpecJson : null;

    private static KeySource? Of(JWTRule rule)
    {
        var timeout = rule.Timeout is { Seconds: >= 0 and <= int.MaxValue, Nanos: >= 0 } given ? given.ToTimeSpan() : DefaultTimeout;
        if (rule.Jwks.Length > 0)
            return null;
        var name = rule.JwksUri.Length > 0 ? rule.JwksUri : rule.Issuer;
        return IsUri(name) ? new KeySource(name, rule.JwksUri.Length == 0, timeout) : null;
    }

    /// <summary>Whether a text is a URI from which keys can be fetched.</summary>
    internal static bool IsUri(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
