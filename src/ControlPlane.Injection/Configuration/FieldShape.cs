namespace ControlPlane.Injection.Configuration;

/// <summary>How often a field of a message holds its kind.</summary>
internal enum FieldShape
{
    /// <summary>Once.</summary>
    Single,

    /// <summary>Any number of times, in order.</summary>
    List,

    /// <summary>By text keys.</summary>
    Map,
}
