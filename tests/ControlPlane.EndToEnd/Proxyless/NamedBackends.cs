using System.Net;
using System.Net.Sockets;
using System.Text;
using ControlPlane.Grpc.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.EndToEnd.Proxyless;

/// <summary>gRPC servers that answer with their name: one for each of some loopback addresses, all on one port, as the endpoints of a service are.</summary>
internal sealed class NamedBackends : IAsyncDisposable
{
    private static readonly Method<byte[], byte[]> Who = new(
        MethodType.Unary, "test.Backend", "Who", Marshallers.Create(b => b, b => b), Marshallers.Create(b => b, b => b));

    private readonly List<WebApplication> _servers = [];

    private NamedBackends(int port) => Port = port;

    public int Port { get; }

    public static async Task<NamedBackends> StartAsync(params (string Name, string Address)[] servers)
    {
        var backends = new NamedBackends(FreePort(servers.Select(server => IPAddress.Parse(server.Address))));
        try
        {
            foreach (var (name, address) in servers)
                backends._servers.Add(await ServeAsync(name, new IPEndPoint(IPAddress.Parse(address), backends.Port)));
            return backends;
        }
        catch
        {
            await backends.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.StopAsync(new CancellationToken(canceled: true));
            await server.DisposeAsync();
        }
    }

    /// <summary>A port that is free at all addresses: one that the system gives for the first and the others take too.</summary>
    private static int FreePort(IEnumerable<IPAddress> addresses)
    {
        var all = addresses.ToList();
        while (true)
        {
            var probes = new List<Socket>();
            try
            {
                var port = 0;
                foreach (var address in all)
                {
                    var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    probes.Add(probe);
                    probe.Bind(new IPEndPoint(address, port));
                    port = ((IPEndPoint)probe.LocalEndPoint!).Port;
                }

                return port;
            }
            catch (SocketException)
            {
                // Taken at one of the others.
            }
            finally
            {
                probes.ForEach(probe => probe.Dispose());
            }
        }
    }

    private static async Task<WebApplication> ServeAsync(string name, IPEndPoint address)
    {
        var options = new GrpcServerOptions();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseGrpcTransport().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(address, listen => listen.UseGrpcH2c(options));
        });
        var app = builder.Build();
        var answer = Encoding.UTF8.GetBytes(name);
        app.MapGrpcService(binder => binder.AddMethod(Who, (byte[] _, ServerCallContext _) => Task.FromResult(answer)), options);
        await app.StartAsync();
        return app;
    }
}
