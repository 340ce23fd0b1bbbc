using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Resources;

/// <summary>What a set of resources is computed for.</summary>
/// <param name="Class">The class of proxies.</param>
/// <param name="Asked">
/// The names that the client asked for, where the set depends on them (<see cref="ResourceFamily.DependsOnAsked"/>); else empty,
/// so that all streams of the class share one set.
/// </param>
public sealed record ClassScope(ProxyClass Class, NameSet Asked);
