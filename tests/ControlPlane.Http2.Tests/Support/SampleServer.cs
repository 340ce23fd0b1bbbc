using ControlPlane.Testing.Http2;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Http2.Tests.Support;

/// <summary>A server that the tests of a class share: what a client does wrong must not hurt the others.</summary>
public sealed class SampleServer : IAsyncLifetime
{
    public const string Greeting = "hello";

    public const int MaxStreams = 100;

    private Http2TestServer? _server;

    public Http2TestServer Server => _server!;

    public Task<Http2Client> ConnectAsync(Http2ClientOptions? options = null) => Server.ConnectAsync(options);

    public async Task InitializeAsync() => _server = await Http2TestServer.StartAsync(HandleAsync, new Http2Options { MaxStreams = MaxStreams });

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>/hello greets, /echo gives the body back as it comes, /store when it is there, /drain tells its length, /wait begins the answer and never ends it.</summary>
    public static async Task HandleAsync(HttpContext context)
    {
        var response = context.Response;
        switch (context.Request.Path.Value)
        {
            case "/hello":
                await response.WriteAsync(Greeting);
                break;
            case "/echo":
                await EchoAsync(context);
                break;
            case "/store":
                using (var all = new MemoryStream())
                {
                    await context.Request.Body.CopyToAsync(all);
                    await response.Body.WriteAsync(all.ToArray());
                }

                break;
            case "/drain":
                using (var all = new MemoryStream())
                {
                    await context.Request.Body.CopyToAsync(all);
                    await response.WriteAsync($"{all.Length}");
                }

                break;
            case "/wait":
                await response.StartAsync();
                await response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                break;
            default:
                response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private static async Task EchoAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        await context.Response.StartAsync();
        while (true)
        {
            var read = await reader.ReadAsync();
            foreach (var piece in read.Buffer)
                await context.Response.BodyWriter.WriteAsync(piece);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }
    }
}
