using Xunit;

namespace ControlPlane.Testing.Clusters;

/// <summary>One real API server for the tests of a collection, which run one after another. Each uses namespaces of its own.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private RealApiServer? _server;

    public RealApiServer Server => _server ?? throw new InvalidOperationException(ApiServerBinaries.WhyNot);

    public async Task InitializeAsync()
    {
        // Without the programs all tests of the collection are skipped; the fixture is made nevertheless.
        if (ApiServerBinaries.WhyNot is null)
            _server = await RealApiServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
