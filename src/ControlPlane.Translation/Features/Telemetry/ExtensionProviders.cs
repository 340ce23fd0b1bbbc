using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using Istio.Mesh.V1Alpha1;
using Provider = Istio.Mesh.V1Alpha1.MeshConfig.Types.ExtensionProvider;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>
/// The extension providers of the mesh: those that the user names, then the built-in ones (prometheus, stackdriver, envoy) whose
/// names are not taken. Names are found without regard to case.
/// </summary>
public static class ExtensionProviders
{
    /// <summary>Name of the built-in provider that writes access logs to standard output.</summary>
    public const string BuiltInAccessLog = "envoy";

    /// <summary>Standard output of the proxy.</summary>
    public const string StandardOutput = "/dev/stdout";

    /// <summary>All providers, those of the user first.</summary>
    public static Derivation<Unit, EquatableArray<Frozen<Provider>>> All { get; } = new("ExtensionProviders", static (reader, _) =>
    {
        var given = reader.Get(MeshSettings.Current, Unit.Value).Config.ExtensionProviders;
        return given.Concat(BuiltIn().Where(b => given.All(g => g.Name != b.Name))).Select(p => p.Freeze()).ToEquatableArray();
    });

    /// <summary>The providers used where nobody names one.</summary>
    public static Derivation<Unit, Frozen<MeshConfig.Types.DefaultProviders>> Defaults { get; } = new(
        "DefaultProviders", static (reader, _) => (reader.Get(MeshSettings.Current, Unit.Value).Config.DefaultProviders ?? new()).Freeze());

    /// <summary>The provider of a name, null where there is none.</summary>
    public static Provider? Find(EquatableArray<Frozen<Provider>> providers, string name)
    {
        foreach (var provider in providers)
        {
            if (string.Equals(provider.Message.Name, name, StringComparison.OrdinalIgnoreCase))
                return provider.Message;
        }

        return null;
    }

    private static IEnumerable<Provider> BuiltIn() =>
    [
        new() { Name = "prometheus", Prometheus = new() },
        new() { Name = "stackdriver", Stackdriver = new() },
        new() { Name = BuiltInAccessLog, EnvoyFileAccessLog = new() { Path = StandardOutput } },
    ];
}
