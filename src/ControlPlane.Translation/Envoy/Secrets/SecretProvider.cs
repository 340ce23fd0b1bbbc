using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Features.Telemetry;
using ControlPlane.Translation.Views;

namespace ControlPlane.Translation.Envoy.Secrets;

/// <summary>The user's server of secrets that the mesh names as extension provider: the first of its kind.</summary>
/// <param name="Host">Host of its service.</param>
/// <param name="Cluster">Its cluster, "" where the service is not known.</param>
internal sealed record SecretProvider(string Host, string Cluster)
{
    /// <summary>The server, null where the mesh names none.</summary>
    public static Derivation<Unit, SecretProvider?> OfMesh { get; } = new("SecretProvider", static (reader, _) =>
    {
        if (reader.Get(ExtensionProviders.All, Unit.Value).Select(p => p.Message.Sds).FirstOrDefault(s => s is not null) is not { } sds)
            return null;
        var found = ProviderServices.Resolve(reader, sds.Service, sds.Port);
        return new SecretProvider(found?.Host ?? "", found?.Cluster ?? "");
    });
}
