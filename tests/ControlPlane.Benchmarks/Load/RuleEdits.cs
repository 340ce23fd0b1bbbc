using System.Diagnostics;
using ControlPlane.Model.Delivery;

namespace ControlPlane.Benchmarks.Load;

/// <summary>Measures edits of rules: what each costs the server, and when the last proxy that it concerns has its outcome.</summary>
internal static class RuleEdits
{
    private const int WarmUp = 5;

    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    /// <summary>Measures one kind of edit.</summary>
    /// <param name="edit">virtualservice: a timeout; destinationrule: a limit of connections; hidden: the same of a rule for its own namespace.</param>
    /// <param name="options">How many.</param>
    /// <param name="mesh">What is edited.</param>
    /// <param name="server">The server.</param>
    /// <param name="statistics">What its clients saw.</param>
    public static async Task RunAsync(string edit, LoadOptions options, MeshDirectory mesh, ServerProcess server, LoadStatistics statistics)
    {
        var all = options.Proxies;
        var (type, concerned, change) = edit switch
        {
            "virtualservice" => (XdsType.Route, all, (Action<int>)(round => mesh.WriteVirtualService(round % options.VirtualServices, round))),
            "destinationrule" => (XdsType.Cluster, all, round => mesh.WriteDestinationRule(round % options.VirtualServices, round)),
            "hidden" => (XdsType.Cluster, all / MeshDirectory.Namespaces, round => mesh.WriteDestinationRule(0, round, hidden: true)),
            _ => throw new ArgumentException($"unknown edit {edit}: virtualservice, destinationrule or hidden", nameof(edit)),
        };
        for (var round = 1; round <= WarmUp; round++)
            await ChangeAsync(type, concerned, () => change(round), statistics, isFirst: round == 1);
        statistics.Take();
        var cpu = server.Cpu;
        var times = new List<double>();
        for (var round = WarmUp + 1; round <= WarmUp + options.Rounds; round++)
            times.Add(await ChangeAsync(type, concerned, () => change(round), statistics, isFirst: false));
        var used = server.Cpu - cpu;
        var (messages, bytes, resources) = statistics.Take();
        times.Sort();
        double perEdit = options.Rounds, perProxy = perEdit * concerned;
        LoadCommand.Print(
            $"{edit} edit",
            $"{used.TotalMilliseconds / perEdit:F1} CPU-ms each; per proxy of {concerned} {used.TotalMilliseconds / perProxy:F3} CPU-ms, {bytes / perProxy / 1e3:F1} kB in {messages / perProxy:F2} messages and {resources / perProxy:F2} resources; file write to the last median {times[times.Count / 2]:F0} ms, greatest {times[^1]:F0} ms");
    }

    /// <summary>Makes an edit and waits until as many answers of the type have come as there are proxies that it concerns; milliseconds.</summary>
    private static async Task<double> ChangeAsync(XdsType type, int concerned, Action change, LoadStatistics statistics, bool isFirst)
    {
        var left = concerned;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        statistics.Watch = (seen, _) =>
        {
            if (seen == type && Interlocked.Decrement(ref left) == 0)
                done.TrySetResult();
        };
        var start = Stopwatch.GetTimestamp();
        change();
        await done.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        statistics.Watch = null;
        // The first may hide a rule from many, who are told as well; and endpoints follow clusters.
        await Task.Delay(isFirst ? Quiet * 5 : Quiet);
        return elapsed;
    }
}
