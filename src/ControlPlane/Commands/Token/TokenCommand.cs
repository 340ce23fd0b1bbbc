using System.CommandLine;
using ControlPlane.Commands.Help;
using ControlPlane.Options;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Callers;

namespace ControlPlane.Commands.Token;

/// <summary>The command <c>token</c>: issues a token by which a proxy proves its service account where there is no cluster that would.</summary>
public static class TokenCommand
{
    private static readonly string[] Examples =
    [
        "controlplane token --data-dir ./data --namespace shop --service-account web > web.token",
        "controlplane token --data-dir ./data --namespace shop --service-account web --ttl 720h --out /run/web/token",
    ];

    private const string After =
        """
        The server must run with the same --data-dir and a directory as its source. Whoever has the token gets certificates for the service
        account until it ends: keep it as you keep a key. Deleting token-key.pem in the directory makes all tokens void at the next start.
        Exit codes: 0 issued; 1 the directory can't be read or written; 2 wrong usage.
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public static Command Create(TextWriter output, TextWriter error)
    {
        var command = new Command("token", "Issue a token for a service account, where no cluster does.");
        var settings = new SettingBinder(command, [Settings.DataDirectory, Settings.TokenAudiences]);
        var space = new Option<string>("--namespace") { HelpName = "NAME", Description = "Namespace of the service account.", Required = true };
        var account = new Option<string>("--service-account") { HelpName = "NAME", Description = "The service account. [default: default]" };
        var lifetime = new Option<string>("--ttl") { HelpName = "DURATION", Description = "How long it is good. [default: 24h]" };
        var target = new Option<string>("--out") { HelpName = "FILE", Description = "Where to write it, as a file that its owner alone may read; without it standard output." };
        foreach (var option in new[] { space, account, lifetime, target })
            command.Options.Add(option);
        command.SetAction(async (result, cancellationToken) =>
        {
            var values = settings.Values(result);
            var directory = values.Get(Settings.DataDirectory);
            if (directory.Length == 0)
                values.Fail($"{Settings.DataDirectory.Flag}: name the data directory of the server");
            var audience = values.Get(Settings.TokenAudiences)[0];
            var time = ReadLifetime(values, result.GetValue(lifetime) ?? "24h");
            if (values.Faults.Count > 0)
                return UsageReport.Write(error, values.Faults, "controlplane token");
            try
            {
                using var tokens = await IssuedTokens.OpenAsync(directory, cancellationToken);
                var token = tokens.Issue(result.GetValue(space)!, result.GetValue(account) ?? "default", audience, time, TimeProvider.System.GetUtcNow());
                await WriteAsync(token, result.GetValue(target), output);
                return ExitCodes.Success;
            }
            catch (ArgumentException fault)
            {
                return UsageReport.Write(error, [fault.Message], "controlplane token");
            }
            catch (Exception fault) when (fault is AuthorityException or IOException or UnauthorizedAccessException)
            {
                await error.WriteLineAsync($"controlplane: {fault.Message}");
                return ExitCodes.Failure;
            }
        });
        return command.WithHelp(Examples, After);
    }

    private static TimeSpan ReadLifetime(SettingValues values, string text)
    {
        try
        {
            return SettingParsers.PositiveDuration(text);
        }
        catch (FormatException fault)
        {
            values.Fail($"--ttl: '{text}' is wrong: {fault.Message}");
            return TimeSpan.Zero;
        }
    }

    private static async Task WriteAsync(string token, string? file, TextWriter output)
    {
        if (file is null)
        {
            // Redirected to a file it is read as it stands: a line feed would become part of a header.
            await output.WriteAsync(token);
            if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected)
                await output.WriteLineAsync();
            return;
        }

        // Whole or not at all: an Envoy that watches the file reads it when it is renamed.
        var staged = file + ".new";
        File.Delete(staged);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var stream = new FileStream(staged, options))
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(token));
        File.Move(staged, file, overwrite: true);
    }
}
