using System.Globalization;
using System.Text.RegularExpressions;

namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>
/// Gives a plain scalar its type as kubectl and the API server do (measured with kubectl 1.32: YAML 1.1 words such as yes, no, on,
/// off, y and n are booleans; 010, 0o10, 0x1F and 0b101 are integers; underscores in numbers are dropped; numbers beyond 64 bits
/// become floating point; timestamps and 1:30 stay strings; what floating point can't hold stays a string).
/// </summary>
internal static partial class ScalarResolver
{
    private static readonly string[] True = ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"];
    private static readonly string[] False = ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"];
    private static readonly string[] Null = ["", "~", "null", "Null", "NULL"];
    private static readonly string[] NotFinite =
        [".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"];

    /// <summary>The kind of a plain scalar and its JSON text.</summary>
    /// <exception cref="YamlFaultException">The scalar is an infinity or not a number, which JSON can't hold.</exception>
    public static (YamlNodeKind Kind, string Text) Resolve(string text, int line)
    {
        if (text.Length <= 5)
        {
            if (Array.IndexOf(Null, text) >= 0)
                return (YamlNodeKind.Null, "null");
            if (Array.IndexOf(True, text) >= 0)
                return (YamlNodeKind.Boolean, "true");
            if (Array.IndexOf(False, text) >= 0)
                return (YamlNodeKind.Boolean, "false");
            if (Array.IndexOf(NotFinite, text) >= 0)
                throw new YamlFaultException(line, $"{text} has no form in JSON; quote it if a string is meant");
        }

        return Number(text) is { } number ? (YamlNodeKind.Number, number) : (YamlNodeKind.String, text);
    }

    /// <summary>Whether a scalar is a number without fraction and exponent.</summary>
    public static bool IsInteger(string text) => text.Length is > 0 and <= 400 && Integer(text.Replace("_", "", StringComparison.Ordinal)) is not null;

    /// <summary>JSON text of a scalar that is a number; null where it is none.</summary>
    private static string? Number(string text)
    {
        if (text.Length > 400 || !(char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.'))
            return null;
        if (text[0] == '.' && (text.Length < 2 || !char.IsAsciiDigit(text[1])))
            return null;
        var plain = text.Replace("_", "", StringComparison.Ordinal);
        if (Integer(plain) is { } integer)
            return integer.ToString(CultureInfo.InvariantCulture);
        if (!DecimalFloat().IsMatch(plain))
            return null;
        var value = double.Parse(plain, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? Text(value) : null;
    }

    /// <summary>JSON text of a number: whole numbers without exponent, so that readers of integers take them.</summary>
    private static string Text(double value)
    {
        if (value == 0)
            return "0";
        return Math.Abs(value) < 1e21 && Math.Floor(value) == value
            ? value.ToString("F0", CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>A signed or unsigned 64-bit integer in base 2, 8, 10 or 16 by its prefix; a leading zero alone means base 8.</summary>
    private static Int128? Integer(string text)
    {
        var negative = text[0] == '-';
        var digits = text.AsSpan(text[0] is '+' or '-' ? 1 : 0);
        var radix = 10;
        if (digits.Length > 1 && digits[0] == '0')
        {
            radix = digits[1] switch { 'x' or 'X' => 16, 'o' or 'O' => 8, 'b' or 'B' => 2, >= '0' and <= '9' => 8, _ => 10 };
            digits = digits[(radix == 10 || char.IsAsciiDigit(digits[1]) ? 1 : 2)..];
        }

        if (digits.IsEmpty)
            return null;
        var value = UInt128.Zero;
        foreach (var c in digits)
        {
            var digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiHexDigit(c) ? (c | 0x20) - 'a' + 10 : int.MaxValue;
            if (digit >= radix)
                return null;
            value = (value * (uint)radix) + (uint)digit;
            if (value > ulong.MaxValue)
                return null;
        }

        var signed = negative ? -(Int128)value : (Int128)value;
        return signed >= long.MinValue ? signed : null;
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DecimalFloat();
}
