using System.Collections;
using Google.Protobuf;

namespace ControlPlane.Pipeline.Gate;

/// <summary>What numbers are allowed. The rule messages of all number types (and of durations) have the same fields, so they are read by name.</summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
internal sealed class Bounds<T>
    where T : struct, IComparable<T>, IEquatable<T>
{
    private readonly T? _constant;
    private readonly T? _below;
    private readonly T? _atMost;
    private readonly T? _above;
    private readonly T? _atLeast;
    private readonly T[] _in;
    private readonly T[] _notIn;
    private readonly Func<T, string> _print;

    /// <summary>Reads the bounds that a rule message states.</summary>
    /// <param name="rules">For instance UInt32Rules.</param>
    /// <param name="read">Turns a value of the rule message into a number.</param>
    /// <param name="print">How a number is shown.</param>
    public Bounds(IMessage rules, Func<object, T> read, Func<T, string> print)
    {
        _print = print;
        _constant = Optional(rules, "const", read);
        _below = Optional(rules, "lt", read);
        _atMost = Optional(rules, "lte", read);
        _above = Optional(rules, "gt", read);
        _atLeast = Optional(rules, "gte", read);
        _in = Many(rules, "in", read);
        _notIn = Many(rules, "not_in", read);
    }

    /// <summary>Whether every number is allowed.</summary>
    public bool AreOpen => _constant is null && _below is null && _atMost is null && _above is null && _atLeast is null && _in.Length == 0 && _notIn.Length == 0;

    /// <summary>What the number should be and is not, or null where it is right.</summary>
    public string? Check(T value)
    {
        if (_constant is { } constant && !value.Equals(constant))
            return $"must be {_print(constant)}, not {_print(value)}";
        if (_in.Length > 0 && !_in.Contains(value))
            return $"must be one of {string.Join(", ", _in.Select(_print))}, not {_print(value)}";
        if (_notIn.Contains(value))
            return $"must not be {_print(value)}";
        return IsInRange(value) ? null : $"must be {Description()}, not {_print(value)}";
    }

    /// <summary>An upper bound below the lower one means that the numbers between them are excluded.</summary>
    private bool IsInRange(T value)
    {
        bool lowEnough = (_below is not { } below || value.CompareTo(below) < 0) && (_atMost is not { } atMost || value.CompareTo(atMost) <= 0);
        bool highEnough = (_above is not { } above || value.CompareTo(above) > 0) && (_atLeast is not { } atLeast || value.CompareTo(atLeast) >= 0);
        return IsInverted() ? lowEnough || highEnough : lowEnough && highEnough;
    }

    private bool IsInverted() => (_below ?? _atMost) is { } upper && (_above ?? _atLeast) is { } lower && upper.CompareTo(lower) < 0;

    private string Description()
    {
        string?[] parts =
        [
            _above is { } above ? "greater than " + _print(above) : null,
            _atLeast is { } atLeast ? "at least " + _print(atLeast) : null,
            _below is { } below ? "less than " + _print(below) : null,
            _atMost is { } atMost ? "at most " + _print(atMost) : null,
        ];
        return string.Join(IsInverted() ? " or " : " and ", parts.Where(part => part is not null));
    }

    private static T? Optional(IMessage rules, string name, Func<object, T> read)
    {
        var field = rules.Descriptor.FindFieldByName(name);
        return field is not null && field.Accessor.HasValue(rules) ? read(field.Accessor.GetValue(rules)) : null;
    }

    private static T[] Many(IMessage rules, string name, Func<object, T> read) =>
        rules.Descriptor.FindFieldByName(name) is { } field ? [.. ((IList)field.Accessor.GetValue(rules)).Cast<object>().Select(read)] : [];
}
