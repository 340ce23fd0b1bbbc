using System.Globalization;

namespace ControlPlane.Benchmarks.Change;

/// <summary>
/// CPU time of this process by the names of its threads, to the nanosecond (Linux). Left out are the first thread, which drives the
/// benchmark, and that of the compiler, which works on in the background long after the code that it compiles ran often.
/// </summary>
internal sealed class ThreadTimes
{
    private const string Compiler = ".NET Tiered Com";
    private readonly Dictionary<string, long> _nanoseconds = new(StringComparer.Ordinal);

    private ThreadTimes()
    {
    }

    public double Microseconds => _nanoseconds.Values.Sum() / 1e3;

    public static ThreadTimes Now()
    {
        var times = new ThreadTimes();
        foreach (var task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            var name = File.ReadAllText(Path.Combine(task, "comm")).Trim();
            if (name == Compiler || Path.GetFileName(task) == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
                continue;
            // The first figure is the time on a processor.
            var text = File.ReadAllText(Path.Combine(task, "schedstat"));
            times._nanoseconds[name] = times._nanoseconds.GetValueOrDefault(name) + long.Parse(text.AsSpan(0, text.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
        }

        return times;
    }

    public ThreadTimes Since(ThreadTimes before)
    {
        var times = new ThreadTimes();
        foreach (var (name, value) in _nanoseconds)
            times._nanoseconds[name] = Math.Max(value - before._nanoseconds.GetValueOrDefault(name), 0);
        return times;
    }

    /// <summary>The threads that did something, with their microseconds per round.</summary>
    public string By(int rounds) => string.Join(", ", _nanoseconds
        .Where(t => t.Value / rounds >= 1000)
        .OrderByDescending(t => t.Value)
        .Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Key} {t.Value / 1e3 / rounds:F0}")));
}
