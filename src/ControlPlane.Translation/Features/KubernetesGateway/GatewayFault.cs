using ControlPlane.Model.Objects;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>What in an object of the Gateway API has no effect, as other objects are now.</summary>
/// <param name="Kind">Kind of the object.</param>
/// <param name="Key">The object.</param>
/// <param name="Code">One of the codes of References.</param>
/// <param name="Field">Path of the field.</param>
/// <param name="Message">What is wrong and what comes of it.</param>
/// <param name="Reason">One of <see cref="Reasons"/>, where a route's condition ResolvedRefs does not hold for that; "" otherwise.</param>
internal sealed record GatewayFault(string Kind, ObjectKey Key, string Code, string Field, string Message, string Reason = "");
