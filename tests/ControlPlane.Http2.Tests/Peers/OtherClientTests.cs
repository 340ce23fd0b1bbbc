using System.Globalization;
using System.Security.Cryptography;
using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Processes;

namespace ControlPlane.Http2.Tests.Peers;

/// <summary>Clients of other makers: libcurl and nghttp2, node, Python's h2.</summary>
public sealed class OtherClientTests(SampleServer server) : IClassFixture<SampleServer>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private string Url => server.Server.Uri.ToString().TrimEnd('/');

    [ProgramFact("curl", "curl", "--version")]
    public Task Curl_OverPlainText_UploadComesBack() => CurlAsync(server.Server, "--http2-prior-knowledge");

    [ProgramFact("curl", "curl", "--version")]
    public async Task Curl_OverTls_UploadComesBack()
    {
        await using var own = await Http2TestServer.StartAsync(SampleServer.HandleAsync, tls: true);
        await CurlAsync(own, "--http2", "--insecure");
    }

    [ProgramFact("curl", "curl", "--version")]
    public async Task Curl_OfHttp1_Told400()
    {
        var (exitCode, output) = await ExternalProcess.RunAsync("curl", ["--silent", "--http1.1", "--include", $"{Url}/hello"], Patience);
        Assert.True(exitCode == 0 && output.StartsWith("HTTP/1.1 400", StringComparison.Ordinal), $"{exitCode} {output}");
    }

    [ProgramFact("node", "node", "--version")]
    public async Task Node_ManyStreamsOfOneSession_EachGetsItsBodyBack()
    {
        const string Script = """
            const http2 = require('http2'), crypto = require('crypto');
            // Node itself gives up on sessions that hold more than 10 MB: 4 MB of bodies are sent and received.
            const session = http2.connect(process.argv[1]);
            session.on('error', e => { console.error(e); process.exit(1); });
            let open = 0, right = 0;
            for (let i = 0; i < 90; i++) {
              open++;
              const body = crypto.randomBytes(i * 1001);
              const call = session.request({ ':path': '/echo', ':method': 'POST' });
              const parts = [];
              call.on('error', e => { console.error(i, e); process.exit(1); });
              call.on('data', part => parts.push(part));
              call.on('end', () => {
                if (Buffer.concat(parts).equals(body)) right++;
                if (--open === 0) session.close(() => console.log('right ' + right));
              });
              call.end(body);
            }
            """;
        var (exitCode, output) = await ExternalProcess.RunAsync("node", ["-e", Script, Url], Patience);
        Assert.True(exitCode == 0 && output.Trim() == "right 90", output);
    }

    [ProgramFact("Debian's python3-h2", "/usr/bin/python3", "-c", "import h2")]
    public async Task PythonH2_StrictAboutTheProtocol_EchoWithoutAnObjection()
    {
        const string Script = """
            import socket, sys, os, h2.connection, h2.config, h2.events
            s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
            c = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
            c.initiate_connection()
            bodies, got, left, ended = {}, {}, {}, set()
            for i in range(20):
                n = c.get_next_available_stream_id()
                c.send_headers(n, [(':method', 'POST'), (':path', '/echo'), (':scheme', 'http'), (':authority', 'localhost')])
                bodies[n] = left[n] = os.urandom(i * 20011)
                got[n] = b''
            while len(ended) < len(bodies):
                for n in list(left):
                    while left[n] and c.local_flow_control_window(n) > 0:
                        size = min(c.local_flow_control_window(n), c.max_outbound_frame_size, len(left[n]))
                        c.send_data(n, left[n][:size])
                        left[n] = left[n][size:]
                    if not left[n]:
                        c.end_stream(n)
                        del left[n]
                s.sendall(c.data_to_send())
                data = s.recv(65536)
                assert data, 'closed'
                for e in c.receive_data(data):
                    if isinstance(e, h2.events.DataReceived):
                        got[e.stream_id] += e.data
                        c.acknowledge_received_data(e.flow_controlled_length, e.stream_id)
                    elif isinstance(e, h2.events.StreamEnded):
                        ended.add(e.stream_id)
                    assert not isinstance(e, (h2.events.StreamReset, h2.events.ConnectionTerminated)), e
            assert got == bodies
            print('right')
            """;
        var (exitCode, output) = await ExternalProcess.RunAsync(
            "/usr/bin/python3", ["-c", Script, server.Server.Address.Port.ToString(CultureInfo.InvariantCulture)], Patience);
        Assert.True(exitCode == 0 && output.Trim() == "right", output);
    }

    [ProgramFact("Debian's nghttp2-client", "nghttp", "--version")]
    public async Task Nghttp_Requests_Answered()
    {
        var (exitCode, output) = await ExternalProcess.RunAsync("nghttp", ["--stat", "--no-dep", "-n", "-m", "20", $"{Url}/hello"], Patience);
        Assert.True(exitCode == 0 && output.Split('\n').Count(static l => l.Contains(" 200 ", StringComparison.Ordinal)) == 20, output);
    }

    [ProgramFact("Debian's nghttp2-client", "h2load", "--version")]
    public Task H2Load_TenThousandRequests_NoneFails() => LoadAsync("-n", "10000", "-c", "10", "-m", "50", $"{Url}/hello");

    [ProgramFact("Debian's nghttp2-client", "h2load", "--version")]
    public async Task H2Load_WithBodiesOf100KilobytesAndSmallWindows_NoneFails()
    {
        using var file = new TemporaryFile(100_000);
        await LoadAsync("-n", "500", "-c", "5", "-m", "20", "-w", "14", "-W", "16", "-d", file.Path, $"{Url}/echo");
    }

    private static async Task LoadAsync(params string[] arguments)
    {
        var (exitCode, output) = await ExternalProcess.RunAsync("h2load", arguments, Patience);
        var number = arguments[1];
        Assert.True(exitCode == 0 && output.Contains($"{number} succeeded, 0 failed, 0 errored, 0 timeout", StringComparison.Ordinal), output);
        Assert.Contains($"status codes: {number} 2xx", output, StringComparison.Ordinal);
    }

    private static async Task CurlAsync(Http2TestServer server, params string[] options)
    {
        using var sent = new TemporaryFile(3_000_000);
        using var received = new TemporaryFile(0);
        var (exitCode, output) = await ExternalProcess.RunAsync(
            "curl",
            [
                "--silent", "--show-error", .. options, "--data-binary", $"@{sent.Path}", "--output", received.Path, "--write-out", "%{http_version} %{http_code}",
                new Uri(server.Uri, "/echo").ToString(),
            ],
            Patience);
        Assert.Equal((0, "2 200"), (exitCode, output.Trim()));
        Assert.Equal(sent.Hash(), received.Hash());
    }

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(int length) => File.WriteAllBytes(Path, RandomNumberGenerator.GetBytes(length));

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public string Hash() => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path)));

        public void Dispose() => File.Delete(Path);
    }
}
