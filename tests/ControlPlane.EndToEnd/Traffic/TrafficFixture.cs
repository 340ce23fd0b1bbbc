namespace ControlPlane.EndToEnd.Traffic;

/// <summary>The mesh of the collection, made when the first test asks for it: where all of them are skipped nothing starts.</summary>
public sealed class TrafficFixture : IAsyncLifetime
{
    private readonly Lazy<Task<TrafficMesh>> _mesh = new(TrafficMesh.StartAsync);

    internal Task<TrafficMesh> MeshAsync() => _mesh.Value;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_mesh.IsValueCreated && _mesh.Value.IsCompletedSuccessfully)
            await (await _mesh.Value).DisposeAsync();
    }
}
