using Google.Protobuf;

namespace ControlPlane.Translation.Envoy;

/// <summary>
/// A message that nobody writes to any more, with value equality and a hash code that is computed once: what a builder's input may
/// hold. Embedding it in another message shares it; to change it, take a <see cref="Clone"/>.
/// </summary>
/// <typeparam name="T">Type of the message.</typeparam>
public sealed class Frozen<T> : IEquatable<Frozen<T>>
    where T : class, IMessage<T>
{
    private readonly int _hash;

    /// <summary>Takes over a message; the caller does not write to it afterwards.</summary>
    public Frozen(T message)
    {
        Message = message;
        _hash = message.GetHashCode();
    }

    /// <summary>The message. Not to be written to.</summary>
    public T Message { get; }

    /// <summary>A copy that may be written to.</summary>
    public T Clone() => Message.Clone();

    /// <inheritdoc/>
    public bool Equals(Frozen<T>? other) => ReferenceEquals(this, other) || (other is not null && _hash == other._hash && Message.Equals(other.Message));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Frozen<T>);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;
}
