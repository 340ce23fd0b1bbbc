using ControlPlane.Testing.Processes;

namespace ControlPlane.Grpc.Tests.Interop;

/// <summary>Runs another implementation's server as long as the tests of a class run.</summary>
public abstract class PeerServerFixture : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private ExternalProcess? _process;

    public Uri Address { get; private set; } = null!;

    protected abstract string? WhyAbsent { get; }

    public async Task InitializeAsync()
    {
        if (WhyAbsent is not null)
        {
            return;
        }

        _process = Start();
        var line = await _process.WaitForLineAsync("PORT ", StartLimit);
        Address = new Uri("http://127.0.0.1:" + line["PORT ".Length..]);
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    protected abstract ExternalProcess Start();
}
