using ControlPlane.Model.Objects;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Envoy;

/// <summary>Metadata that names the object which a part of a resource comes from.</summary>
internal static class ConfigMetadata
{
    /// <summary>A VirtualService.</summary>
    public static Metadata VirtualService(ObjectKey key) => Of("virtual-service", key);

    /// <summary>A Sidecar.</summary>
    public static Metadata Sidecar(ObjectKey key) => Of("sidecar", key);

    private static Metadata Of(string kind, ObjectKey key) => MetadataWriter.Of(
        MetadataWriter.Istio,
        MetadataWriter.Struct(("config", Value.ForString($"/apis/networking.istio.io/v1/namespaces/{key.Namespace}/{kind}/{key.Name}"))));
}
