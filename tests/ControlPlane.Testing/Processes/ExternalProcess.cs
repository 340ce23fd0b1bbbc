using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace ControlPlane.Testing.Processes;

/// <summary>A program that a test starts: its output line by line, its end, and its certain death when the test is over.</summary>
public sealed class ExternalProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _output = new();
    private readonly Task _pumps;

    private ExternalProcess(Process process)
    {
        _process = process;
        _pumps = Task.WhenAll(PumpAsync(process.StandardOutput, _lines.Writer), PumpAsync(process.StandardError, null))
            .ContinueWith(_ => _lines.Writer.Complete(), TaskScheduler.Default);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Everything written so far to standard output and error, for messages of failed tests.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static ExternalProcess Start(
        string program, IEnumerable<string> arguments, string? workingDirectory = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? string.Empty,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            info.Environment[name] = value;
        }

        return new ExternalProcess(Process.Start(info)!);
    }

    /// <summary>Runs a program to its end; gives its exit code and all of its output.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, TimeSpan timeout, string? workingDirectory = null)
    {
        await using var process = Start(program, arguments, workingDirectory);
        var exitCode = await process.WaitForExitAsync(timeout);
        return (exitCode, process.Output);
    }

    /// <summary>The next line of standard output that starts with a text; lines before it are skipped.</summary>
    /// <exception cref="TimeoutException">There was none in time; the message has the output.</exception>
    public async Task<string> WaitForLineAsync(string start, TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(limit.Token))
            {
                if (line.StartsWith(start, StringComparison.Ordinal))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No line '{start}' within {timeout}. Output:\n{Output}");
        }

        throw new InvalidOperationException($"The program ended without a line '{start}'. Output:\n{Output}");
    }

    /// <summary>Waits for the end; gives the exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan timeout)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(timeout);
            await _pumps.WaitAsync(timeout);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{_process.StartInfo.FileName} still runs after {timeout}. Output:\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>Writes a line to standard input.</summary>
    public Task WriteLineAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task PumpAsync(StreamReader source, ChannelWriter<string>? lines)
    {
        while (await source.ReadLineAsync() is { } line)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }

            lines?.TryWrite(line);
        }
    }
}
