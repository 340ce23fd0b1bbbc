using ControlPlane.Injection.Configuration;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Kubernetes.Resources.ConfigObjects;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Options;
using ControlPlane.Pipeline.Engine;
using ControlPlane.Pipeline.Offline;

namespace ControlPlane.Composition.Webhook;

/// <summary>Finds what is wrong with an object as it would be found if it were in the mesh: by the same adapters and readers.</summary>
internal sealed class MeshValidation(MeshEngine engine, SourceOptions source)
{
    private readonly ResourceOptions _options = new() { RootNamespace = source.RootNamespace, Revision = source.Revision };

    /// <summary>What is wrong with an object; null for a kind that is not known.</summary>
    /// <param name="json">The object in UTF-8.</param>
    public IReadOnlyCollection<Diagnostic>? Check(ReadOnlyMemory<byte> json)
    {
        if (ConfigObjectReader.Read(json, _options) is not { } reading)
            return null;
        return reading.Value is null
            ? reading.Diagnostics
            : [.. reading.Diagnostics, .. ObjectCheck.Explain(engine.Snapshot, reading.Kind, reading.Value), .. ProxyConfigFindings.Of(reading.Value)];
    }
}
