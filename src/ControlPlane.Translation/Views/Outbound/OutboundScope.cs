using ControlPlane.Model.Objects;

namespace ControlPlane.Translation.Views.Outbound;

/// <summary>
/// What decides which services and rules a proxy sees outbound: its namespace, and the Sidecar object that governs it. All classes
/// with one scope share everything that follows from it.
/// </summary>
/// <param name="Namespace">Namespace of the proxy.</param>
/// <param name="Sidecar">The Sidecar object, null where none governs the proxy.</param>
public sealed record OutboundScope(string Namespace, ObjectKey? Sidecar);
