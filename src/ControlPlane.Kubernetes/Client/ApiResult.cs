namespace ControlPlane.Kubernetes.Client;

/// <summary>What came of a request: a value, or the reason why there is none.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
/// <param name="Value">The value; meaningful only where <paramref name="Error"/> is null.</param>
/// <param name="Error">The fault; null on success.</param>
public readonly record struct ApiResult<T>(T Value, ApiStatus? Error)
{
    /// <summary>A success.</summary>
    public static implicit operator ApiResult<T>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    public static implicit operator ApiResult<T>(ApiStatus error) => new(default!, error);
}
