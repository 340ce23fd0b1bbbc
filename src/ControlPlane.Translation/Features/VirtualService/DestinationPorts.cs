using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>A host that routes lead to.</summary>
/// <param name="Host">The host.</param>
/// <param name="Ports">The ports that they name, sorted; 0 among them where a destination names none, which means any.</param>
internal sealed record DestinationPorts(string Host, EquatableArray<int> Ports);
