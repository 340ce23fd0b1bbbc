namespace ControlPlane.Commands.Iptables;

/// <summary>What the command is to do.</summary>
internal enum IptablesAction
{
    /// <summary>Print what would be done.</summary>
    DryRun,

    /// <summary>Set up interception.</summary>
    Apply,

    /// <summary>Take it away.</summary>
    CleanUp,
}
