using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>Everything that a listener is made from.</summary>
public abstract record ListenerInput
{
    /// <summary>Makes the listener: a pure function of the input.</summary>
    public abstract EnvoyResource Build();
}
