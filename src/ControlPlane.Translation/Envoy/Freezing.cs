using Google.Protobuf;

namespace ControlPlane.Translation.Envoy;

/// <summary>Shorthand for making frozen messages.</summary>
public static class Freezing
{
    /// <summary>Freezes a message; the caller does not write to it afterwards.</summary>
    public static Frozen<T> Freeze<T>(this T message)
        where T : class, IMessage<T> => new(message);
}
