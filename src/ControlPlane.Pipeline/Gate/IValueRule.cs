namespace ControlPlane.Pipeline.Gate;

/// <summary>A demand on a single value: a field's, an element's, a key's.</summary>
internal interface IValueRule
{
    /// <summary>What the value should be and is not, or null where it is right.</summary>
    string? Check(object value);
}
