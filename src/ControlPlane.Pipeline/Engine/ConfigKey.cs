using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Pipeline.Engine;

/// <summary>What a configuration is computed for: a class and, per type whose set depends on it, the names asked for (else empty).</summary>
internal sealed record ConfigKey(ProxyClass Class, EquatableArray<NameSet> Asked);
