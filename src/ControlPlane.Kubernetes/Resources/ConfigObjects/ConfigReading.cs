using ControlPlane.Model.Collections;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;

namespace ControlPlane.Kubernetes.Resources.ConfigObjects;

/// <summary>What one configuration object of Kubernetes means to the model.</summary>
/// <param name="Kind">Its kind, as the table of the snapshot is called.</param>
/// <param name="Value">The object; null where it is refused, or meant for another revision.</param>
/// <param name="Diagnostics">What is wrong with it before its specification is looked at.</param>
public sealed record ConfigReading(string Kind, ConfigObject? Value, EquatableArray<Diagnostic> Diagnostics);
