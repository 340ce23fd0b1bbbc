using System.Globalization;

namespace ControlPlane.Xds.Subscriptions;

/// <summary>
/// Nonces of one stream: a prefix that no other stream has, and a number that counts up (X11). Only the number is kept; and a nonce
/// of an earlier stream is told from one's own (X12).
/// </summary>
/// <param name="prefix">The prefix, unique among streams.</param>
public readonly struct NonceFormat(string prefix)
{
    /// <summary>What an absent nonce reads as.</summary>
    public const long None = 0;

    /// <summary>What a nonce that this stream never gave reads as.</summary>
    public const long Foreign = -1;

    /// <summary>The nonce of a response.</summary>
    public string Write(long number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number}");

    /// <summary>The number of a nonce, <see cref="None"/>, or <see cref="Foreign"/>.</summary>
    public long Read(string nonce)
    {
        if (nonce.Length == 0)
            return None;
        if (nonce.Length <= prefix.Length + 1 || nonce[prefix.Length] != '-' || !nonce.StartsWith(prefix, StringComparison.Ordinal))
            return Foreign;
        return long.TryParse(nonce.AsSpan(prefix.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : Foreign;
    }
}
