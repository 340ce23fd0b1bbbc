using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>A BackendTLSPolicy as translation reads it.</summary>
/// <param name="Key">Namespace and name.</param>
/// <param name="CreationTime">Age: of two for one target the older counts.</param>
/// <param name="Ignored">Whether an annotation takes it out of force.</param>
/// <param name="Spec">The specification.</param>
internal sealed record BackendTlsPolicyObject(ObjectKey Key, DateTime CreationTime, bool Ignored, Frozen<Api.BackendTlsPolicySpec> Spec);
