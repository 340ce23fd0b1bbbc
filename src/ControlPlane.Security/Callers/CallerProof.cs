namespace ControlPlane.Security.Callers;

/// <summary>How a caller proves who it is.</summary>
public enum CallerProof
{
    /// <summary>By a client certificate of this mesh.</summary>
    ClientCertificate,

    /// <summary>By a token.</summary>
    Token,
}
