using System.Text;

namespace Grpc.Core;

/// <summary>One proven fact about the peer, such as a name in its certificate.</summary>
public class AuthProperty
{
    private readonly byte[] _value;

    private AuthProperty(string name, byte[] value)
    {
        Name = name;
        _value = value;
    }

    /// <summary>What the value is, for instance <c>x509_common_name</c>.</summary>
    public string Name { get; }

    /// <summary>The value as UTF-8 text.</summary>
    public string Value => Encoding.UTF8.GetString(_value);

    /// <summary>The value as bytes; a copy.</summary>
    public byte[] ValueBytes => (byte[])_value.Clone();

    /// <summary>Creates a property.</summary>
    /// <param name="name">What the value is.</param>
    /// <param name="value">The value; copied.</param>
    /// <returns>The property.</returns>
    public static AuthProperty Create(string name, byte[] value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        return new AuthProperty(name, (byte[])value.Clone());
    }
}
