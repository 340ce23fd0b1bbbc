using System.Diagnostics;
using ControlPlane.Testing;

namespace ControlPlane.Protos.Tests;

public class BufTests
{
    [BufFact]
    public async Task BufLint_OfTheDefinitions_FindsNothing()
    {
        var (code, output) = await Run("lint");

        Assert.True(code == 0, output);
    }

    private static async Task<(int Code, string Output)> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(BufFactAttribute.Executable, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
