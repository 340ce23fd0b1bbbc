using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using ControlPlane.Benchmarks.Change;
using ControlPlane.Benchmarks.Grpc;
using ControlPlane.Benchmarks.Injection;
using ControlPlane.Benchmarks.Load;
using ControlPlane.Benchmarks.Security;

// dotnet run -c Release --project tests/ControlPlane.Benchmarks -- <command>
switch (args.FirstOrDefault())
{
    case "grpc":
        return await GrpcCommand.RunAsync(args[1..]);
    case "grpc-server":
        return await PushServer.RunAsync(args[1..]);
    case "certificates":
        return await CertificatesCommand.RunAsync(args[1..]);
    case "tls":
        return await TlsCommand.RunAsync(args[1..]);
    case "load":
        return await LoadCommand.RunAsync(args[1..]);
    case "change":
        return ChangeCommand.Run(args[1..]);
    case "inject":
        return InjectCommand.Run();
    case "webhook":
        return await WebhookCommand.RunAsync(args[1..]);
    case "micro":
        // In this process: BenchmarkDotNet's own projects would not build under the rules of this repository.
        var config = DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance));
        BenchmarkSwitcher.FromAssembly(typeof(GrpcCommand).Assembly).Run(args[1..], config);
        return 0;
    default:
        Console.Error.WriteLine("""
            grpc [connections]   ControlPlane.Grpc: CPU per GB and per message, memory per stream
            change [options]     the cost of one endpoint change before a proxy is told, by stage; options of load, and --pause MS
            inject               the injection webhook without the network: injections per second, CPU and bytes each
            webhook EXE [count]  the webhooks of a whole server over TLS: answers per second, the server's CPU, p50 and p99
            certificates [s]     identity: certificates per CPU-second
            tls [options]        a whole control plane over TLS: handshakes, memory of connections, certificates beside pushes
            load [options]       a whole control plane under load, from outside
            micro [filter]       BenchmarkDotNet: the inner loops
            """);
        return 2;
}
