using System.Text.Json.Serialization;

namespace ControlPlane.Kubernetes.Client.Authentication;

/// <summary>What a credential program is told, as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExecInfo))]
internal sealed partial class ExecJson : JsonSerializerContext;
