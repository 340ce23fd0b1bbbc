namespace ControlPlane.Commands;

/// <summary>Exit codes of all commands.</summary>
public static class ExitCodes
{
    /// <summary>Done; there may have been warnings.</summary>
    public const int Success = 0;

    /// <summary>The command was understood but could not be done, in whole or in part; standard error says why.</summary>
    public const int Failure = 1;

    /// <summary>The command line or a setting is wrong; nothing was done.</summary>
    public const int Usage = 2;
}
