namespace ControlPlane.Commands;

/// <summary>Tells a user what is wrong with a command line or its settings.</summary>
internal static class UsageReport
{
    /// <summary>Writes all faults at once and where help is to be found.</summary>
    /// <returns><see cref="ExitCodes.Usage"/>.</returns>
    public static int Write(TextWriter error, IEnumerable<string> faults, string command)
    {
        foreach (var fault in faults)
            error.WriteLine($"controlplane: {fault}");
        error.WriteLine($"Try '{command} --help'.");
        return ExitCodes.Usage;
    }
}
