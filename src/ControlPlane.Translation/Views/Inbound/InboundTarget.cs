using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Inbound;

/// <summary>A port of the workload and one service port that leads there.</summary>
/// <param name="Port">Port of the workload.</param>
/// <param name="Service">The service.</param>
/// <param name="ServicePort">Its port.</param>
internal readonly record struct InboundTarget(int Port, MeshService Service, MeshServicePort ServicePort);
