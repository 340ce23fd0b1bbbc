using ControlPlane.Model.Collections;
using ControlPlane.Model.Diagnostics;

namespace ControlPlane.Translation.Features;

/// <summary>What reading one object of a configuration kind gave.</summary>
/// <typeparam name="TSpec">The feature's own form of the specification; equality by value.</typeparam>
/// <param name="Spec">The specification, null where the object is refused.</param>
/// <param name="Diagnostics">What is wrong with the object or has no effect in it.</param>
public sealed record Parsed<TSpec>(TSpec? Spec, EquatableArray<Diagnostic> Diagnostics)
    where TSpec : class;
