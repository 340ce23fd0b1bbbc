using ControlPlane.Grpc.Server;
using ControlPlane.Grpc.Tests.Support;

namespace ControlPlane.Grpc.Tests.Interop;

/// <summary>The cases with our client and our server.</summary>
public sealed class OwnServerTests(OwnServerTests.Fixture fixture) : IClassFixture<OwnServerTests.Fixture>
{
    [Theory]
    [MemberData(nameof(InteropCases.Names), MemberType = typeof(InteropCases))]
    public Task Case_OurClient_OurServer(string name) => InteropCases.RunAsync(name, fixture.Server.Address);

    public sealed class Fixture : IAsyncLifetime
    {
        public TestServer Server { get; private set; } = null!;

        public async Task InitializeAsync() => Server = await TestServer.StartAsync(app => app.MapGrpcService(new InteropService()));

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}
