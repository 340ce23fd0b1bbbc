using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Security.Callers;

/// <summary>What stands for a token where the token itself may not.</summary>
internal static class TokenHash
{
    public static string Of(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
