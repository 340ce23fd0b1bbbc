using System.Globalization;
using System.Numerics;
using Google.Protobuf;

namespace ControlPlane.Pipeline.Gate;

/// <summary>A demand on a number.</summary>
/// <typeparam name="T">The C# type of the field.</typeparam>
internal sealed class NumberRule<T> : IValueRule
    where T : struct, INumber<T>
{
    private readonly Bounds<T> _bounds;
    private readonly bool _ignoreEmpty;

    private NumberRule(Bounds<T> bounds, bool ignoreEmpty)
    {
        _bounds = bounds;
        _ignoreEmpty = ignoreEmpty;
    }

    /// <summary>The rule that a message such as UInt32Rules states, or null where every number is right.</summary>
    public static NumberRule<T>? Of(IMessage rules)
    {
        var bounds = new Bounds<T>(rules, value => (T)value, value => value.ToString(null, CultureInfo.InvariantCulture));
        return bounds.AreOpen ? null : new NumberRule<T>(bounds, (bool)rules.Descriptor.FindFieldByName("ignore_empty").Accessor.GetValue(rules));
    }

    /// <inheritdoc/>
    public string? Check(object value)
    {
        var number = (T)value;
        return _ignoreEmpty && T.IsZero(number) ? null : _bounds.Check(number);
    }
}
