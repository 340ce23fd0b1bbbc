using System.Net;
using ControlPlane.Composition;
using ControlPlane.Model.Snapshots;
using ControlPlane.Options;
using Spectre.Console;

namespace ControlPlane.Commands.Serve;

/// <summary>
/// Tells a person on standard output what is served and what can be done with it. Without a terminal the same lines in plain text. Addresses go
/// into markup as strings: nothing else is escaped, and the brackets of IPv6 would be read as a style.
/// </summary>
internal static class ServeSummary
{
    private const int MaxFaults = 10;
    private const int WideEnough = 4096;

    /// <summary>The addresses, as soon as they are known: port 0 became some port.</summary>
    public static void WriteAddresses(TextWriter output, BoundAddresses addresses)
    {
        var console = Console(output);
        console.MarkupLineInterpolated($"[bold]controlplane[/] {ProductVersion.Full}");
        if (addresses.Plaintext is { } xds)
            console.MarkupLineInterpolated($"  [bold]xDS[/]         {xds.ToString()}   gRPC without TLS: aggregated discovery, state of the world and delta");
        console.MarkupLineInterpolated($"  [bold]Secure xDS[/]  {addresses.SecureXds.ToString()}   gRPC with TLS, callers proven: the same, and the certificate service");
        console.MarkupLineInterpolated($"  [bold]HTTP[/]        {addresses.Http.ToString()}   /ready /healthz/live /debug/syncz /debug/config_dump?proxyID=POD.NAMESPACE");
        console.MarkupLineInterpolated($"  [bold]Monitoring[/]  {addresses.Monitoring.ToString()}   /metrics /version");
        if (addresses.Webhook is { } webhook)
            console.MarkupLineInterpolated($"  [bold]Webhook[/]     {webhook.ToString()}   POST /inject over TLS: the injection of sidecars");
        output.Flush();
    }

    /// <summary>What was read, and what to do next.</summary>
    public static void WriteContent(TextWriter output, ControlPlaneServer server, ServerOptions options)
    {
        var console = Console(output);
        var source = server.Source;
        console.MarkupLineInterpolated($"  [bold]Source[/]      {source.Name}: {Counts(server.Engine.Snapshot)}");
        var faults = source.Diagnostics;
        foreach (var fault in faults.Take(MaxFaults))
            console.MarkupLineInterpolated($"    [yellow]{fault.ToString()}[/]");
        if (faults.Count > MaxFaults)
            console.MarkupLineInterpolated($"    [yellow]and {faults.Count - MaxFaults} more, all in the log[/]");
        if (server.Addresses.Plaintext is { } plaintext && !IPAddress.IsLoopback(plaintext.Address))
            console.MarkupLineInterpolated($"  [yellow]Warning[/]     {plaintext.ToString()} is open to other machines without TLS: anyone who reaches it can read the mesh");
        if (options.Identity is { DataDirectory: "", PluggedDirectory: "" } && !options.Source.Source.IsCluster)
            console.MarkupLine("  [yellow]Note[/]        the root of the mesh lives in memory: a restart makes another one; --data-dir DIR keeps it");
        WriteNext(console, server, options);
        output.Flush();
    }

    private static void WriteNext(IAnsiConsole console, ControlPlaneServer server, ServerOptions options)
    {
        var http = Reachable(server.Addresses.Http);
        console.MarkupLine("[bold]Connect[/]");
        if (server.Addresses.Plaintext is { } plaintext)
        {
            var xds = Reachable(plaintext);
            console.MarkupLineInterpolated($"  gRPC   {SampleClients.GrpcBootstrap(xds)}");
            if (SampleClients.GrpcTarget(server.Engine.Snapshot) is { } target)
                console.MarkupLineInterpolated($"         then dial {target}");
            console.MarkupLineInterpolated($"  Envoy  ADS from {xds.ToString()} over HTTP/2 with node.id {SampleClients.NodeId(server.Engine.Snapshot)}; deploy/samples/envoy/bootstrap.yaml is complete");
        }

        console.MarkupLineInterpolated($"  Envoy  with TLS: controlplane bootstrap --node {SampleClients.NodeId(server.Engine.Snapshot)} --xds-address {Reachable(server.Addresses.SecureXds).ToString()} --help");
        console.MarkupLine("[bold]Try next[/]");
        console.MarkupLineInterpolated($"  curl -s http://{http.ToString()}/debug/syncz");
        console.MarkupLineInterpolated($"  {Change(options.Source.Source)}");
        console.MarkupLine("  controlplane translate --help");
    }

    private static string Change(SourceSpec source)
    {
        if (source.IsCluster)
            return "kubectl apply a change: connected proxies follow";
        return source.Directory is { } directory
            ? $"change a file in {directory}: connected proxies follow"
            : "controlplane serve --source dir:deploy/samples/bookinfo, then change a file there: connected proxies follow";
    }

    private static string Counts(MeshSnapshot snapshot)
    {
        var counts = snapshot.Tables.Select(table => (table.Kind, Count: snapshot.Objects(table).Count())).Where(table => table.Count > 0)
            .OrderBy(table => table.Kind, StringComparer.Ordinal).Select(table => $"{table.Count} {table.Kind}").ToList();
        return counts.Count == 0 ? "nothing" : string.Join(", ", counts);
    }

    /// <summary>An address as a client on this machine would write it.</summary>
    private static IPEndPoint Reachable(IPEndPoint bound) =>
        bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.Loopback, bound.Port) : bound;

    private static IAnsiConsole Console(TextWriter output)
    {
        var isTerminal = ReferenceEquals(output, System.Console.Out) && !System.Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        // Lines are to be copied: the terminal may wrap them, we don't.
        console.Profile.Width = WideEnough;
        return console;
    }
}
