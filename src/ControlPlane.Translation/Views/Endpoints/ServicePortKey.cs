using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Endpoints;

/// <summary>One port of one service.</summary>
/// <param name="Service">The service.</param>
/// <param name="Port">One of its ports.</param>
public sealed record ServicePortKey(MeshService Service, MeshServicePort Port)
{
    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Service, Port.Number);
}
