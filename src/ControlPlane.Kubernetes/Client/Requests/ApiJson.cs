using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ControlPlane.Kubernetes.Client.Requests;

/// <summary>The objects that we write, as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = ApiClient.MaxDepth)]
[JsonSerializable(typeof(LeaseObject))]
[JsonSerializable(typeof(ConfigMapObject))]
[JsonSerializable(typeof(TokenReviewObject))]
[JsonSerializable(typeof(AccessReviewObject))]
[JsonSerializable(typeof(SecretObject))]
[JsonSerializable(typeof(EventObject))]
[JsonSerializable(typeof(EventRepetition))]
[JsonSerializable(typeof(DeleteOptions))]
[JsonSerializable(typeof(VersionInfo))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class ApiJson : JsonSerializerContext;
