using ControlPlane.Model.Delivery;

namespace ControlPlane.Pipeline.Engine;

/// <summary>What streams ask of the engine's thread.</summary>
internal abstract record EngineCommand
{
    public sealed record Connect(ProxySession Session) : EngineCommand;

    public sealed record Disconnect(ProxySession Session) : EngineCommand;

    public sealed record SetInterest(ProxySession Session, XdsType Type, Interest Interest) : EngineCommand;

    public sealed record Inspect(Action<ConfigStates> Action) : EngineCommand;
}
