namespace ControlPlane.Options;

/// <summary>All options of a server, by area.</summary>
/// <param name="Source">What is read.</param>
/// <param name="Listen">Where it listens.</param>
/// <param name="Xds">Streams and their end.</param>
/// <param name="Debug">The debug endpoints.</param>
/// <param name="Log">The log.</param>
/// <param name="Identity">The authority, certificates and callers.</param>
/// <param name="Webhook">The injection webhook.</param>
/// <param name="Tracing">Traces of changes.</param>
public sealed record ServerOptions(SourceOptions Source, ListenOptions Listen, XdsOptions Xds, DebugOptions Debug, LogOptions Log, IdentityOptions Identity,
    WebhookOptions Webhook, TracingOptions Tracing)
{
    /// <summary>Reads and checks everything. Faults are recorded in <paramref name="values"/>; with faults the result must not be used.</summary>
    public static ServerOptions Read(SettingValues values) => new(
        SourceOptions.Read(values), ListenOptions.Read(values), XdsOptions.Read(values), DebugOptions.Read(values), LogOptions.Read(values),
        IdentityOptions.Read(values), WebhookOptions.Read(values), TracingOptions.Read(values));
}
