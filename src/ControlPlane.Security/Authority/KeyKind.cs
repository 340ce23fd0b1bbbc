namespace ControlPlane.Security.Authority;

/// <summary>Kinds of keys that roots are made with.</summary>
public enum KeyKind
{
    /// <summary>ECDSA over P-256.</summary>
    EcdsaP256,

    /// <summary>RSA with 2,048 bits.</summary>
    Rsa2048,

    /// <summary>RSA with 4,096 bits.</summary>
    Rsa4096,
}
