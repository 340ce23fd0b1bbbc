using ControlPlane.Model.Objects;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Names a listener.</summary>
/// <param name="OwnerKind">Kind of the object that it is in: Gateway or ListenerSet.</param>
/// <param name="Owner">That object.</param>
/// <param name="Section">Its name within the object.</param>
internal readonly record struct ListenerId(string OwnerKind, ObjectKey Owner, string Section);
