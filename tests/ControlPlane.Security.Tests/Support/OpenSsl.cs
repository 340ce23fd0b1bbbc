using ControlPlane.Testing.Processes;

namespace ControlPlane.Security.Tests.Support;

/// <summary>The openssl command.</summary>
internal static class OpenSsl
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Runs it; gives its exit code and output.</summary>
    public static Task<(int ExitCode, string Output)> TryAsync(params string[] arguments) => ExternalProcess.RunAsync("openssl", arguments, Limit);

    /// <summary>Runs it; it must succeed.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var (code, output) = await TryAsync(arguments);
        Assert.True(code == 0, $"openssl {string.Join(' ', arguments)}: {output}");
        return output;
    }
}
