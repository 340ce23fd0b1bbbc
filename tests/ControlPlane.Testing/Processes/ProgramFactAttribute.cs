using System.Diagnostics;
using Xunit;

namespace ControlPlane.Testing.Processes;

/// <summary>A fact that needs a program; skipped where that can't be run, with what to install.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramFactAttribute : FactAttribute
{
    /// <param name="package">What to install.</param>
    /// <param name="program">The program, and what it is to say that it is there: it ends with 0.</param>
    public ProgramFactAttribute(string package, params string[] program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program[0], program[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode == 0)
                return;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program.
        }

        Skip = $"needs {program[0]}: install {package}";
    }
}
