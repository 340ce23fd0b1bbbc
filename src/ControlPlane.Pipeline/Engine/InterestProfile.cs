using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;

namespace ControlPlane.Pipeline.Engine;

/// <summary>What a stream wants of every type. Streams with equal profiles are told together.</summary>
internal sealed class InterestProfile : IEquatable<InterestProfile>
{
    private readonly EquatableArray<Interest> _interests;
    private readonly int _hash;

    private InterestProfile(EquatableArray<Interest> interests)
    {
        _interests = interests;
        _hash = interests.GetHashCode();
    }

    public static InterestProfile None { get; } = new(XdsTypes.All.Select(_ => Interest.None).ToEquatableArray());

    public Interest this[XdsType type] => _interests[(int)type];

    public InterestProfile With(XdsType type, Interest interest) =>
        new(_interests.Select((old, i) => i == (int)type ? interest : old).ToEquatableArray());

    public bool Equals(InterestProfile? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && _interests == other._interests);

    public override bool Equals(object? obj) => Equals(obj as InterestProfile);

    public override int GetHashCode() => _hash;
}
