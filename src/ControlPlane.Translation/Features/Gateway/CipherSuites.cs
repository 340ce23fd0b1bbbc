using System.Collections.Frozen;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>Cipher suites of TLS up to 1.2, by the names of OpenSSL, as Envoy takes them.</summary>
internal static class CipherSuites
{
    private const string All = "ALL";

    private static readonly FrozenSet<string> Known = new[]
    {
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA",
        "ECDHE-RSA-AES256-SHA", "AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA", "DES-CBC3-SHA",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether Envoy may know a suite. Expressions, which begin with an operator or a bracket, are not taken apart.</summary>
    public static bool IsKnown(string suite) => suite.Length == 0 || suite == All || !char.IsLetterOrDigit(suite[0]) || Known.Contains(suite);

    /// <summary>The known ones of a list, each once: Envoy would refuse the whole listener for any other.</summary>
    public static IEnumerable<string> Usable(IEnumerable<string> suites) => suites.Where(IsKnown).Distinct(StringComparer.Ordinal);
}
