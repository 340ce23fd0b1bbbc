using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace ControlPlane.Kubernetes.Tests.Server;

/// <summary>One request and the means to answer it.</summary>
internal sealed class TestExchange(string[] head, Stream stream, Socket socket, CancellationToken stopped)
{
    private readonly Uri _target = new(new Uri("http://x"), head[0].Split(' ')[1]);
    private readonly SemaphoreSlim _writing = new(1, 1);

    public string Path => _target.AbsolutePath;

    public string Method { get; } = head[0].Split(' ')[0];

    /// <summary>The body of the request; "" for none.</summary>
    public string Body { get; private set; } = "";

    /// <summary>Path and query as they came, unescaped.</summary>
    public string Target => Uri.UnescapeDataString(_target.PathAndQuery);

    /// <summary>Ends when the server does.</summary>
    public CancellationToken Stopped => stopped;

    public bool KeepsConnection { get; private set; }

    /// <summary>A parameter of the query; null where it is absent.</summary>
    public string? Query(string name) => _target.Query.TrimStart('?').Split('&').Select(p => p.Split('=', 2)).Where(p => p[0] == name)
        .Select(p => Uri.UnescapeDataString(p[1])).FirstOrDefault();

    public string? Header(string name) => head.Skip(1).Select(h => h.Split(": ", 2))
        .Where(h => h[0].Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h[1]).FirstOrDefault();

    public async Task ReadBodyAsync()
    {
        var body = new byte[int.Parse(Header("Content-Length") ?? "0", CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, stopped);
        Body = Encoding.UTF8.GetString(body);
    }

    /// <summary>Answers whole.</summary>
    public async Task RespondAsync(int status, string body, string headers = "")
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var text = $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {bytes.Length}\r\n{headers}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), stopped);
        await stream.WriteAsync(bytes, stopped);
        await stream.FlushAsync(stopped);
        KeepsConnection = true;
    }

    /// <summary>Answers with a Status object.</summary>
    public Task FailAsync(int code, string reason, string message = "as scripted", string headers = "", string cause = "") => RespondAsync(
        code,
        $$$"""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"{{{message}}}","reason":"{{{reason}}}","code":{{{code}}},"details":{"causes":[{"reason":"{{{cause}}}"}]}}""",
        headers);

    /// <summary>Begins an answer of unknown length.</summary>
    public Task BeginStreamAsync() =>
        WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");

    /// <summary>Writes a piece of it.</summary>
    public Task StreamAsync(string text) =>
        WriteAsync($"{Encoding.UTF8.GetByteCount(text).ToString("x", CultureInfo.InvariantCulture)}\r\n{text}\r\n");

    /// <summary>Ends it properly.</summary>
    public async Task EndStreamAsync()
    {
        await WriteAsync("0\r\n\r\n");
        KeepsConnection = true;
    }

    /// <summary>Cuts the connection.</summary>
    public void Abort() => socket.Close(0);

    /// <summary>Says nothing more until the client goes or the server stops.</summary>
    public async Task HangAsync() => await Task.Delay(Timeout.Infinite, stopped);

    private async Task WriteAsync(string text)
    {
        await _writing.WaitAsync(stopped);
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text), stopped);
            await stream.FlushAsync(stopped);
        }
        finally
        {
            _writing.Release();
        }
    }
}
