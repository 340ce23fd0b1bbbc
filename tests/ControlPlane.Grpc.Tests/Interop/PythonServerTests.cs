using ControlPlane.Testing.Processes;

namespace ControlPlane.Grpc.Tests.Interop;

/// <summary>The cases with our client and the server of gRPC's C-core (Python).</summary>
public sealed class PythonServerTests(PythonServerTests.Fixture fixture) : IClassFixture<PythonServerTests.Fixture>
{
    [PythonGrpcTheory]
    [MemberData(nameof(InteropCases.Names), MemberType = typeof(InteropCases))]
    public Task Case_OurClient_PythonServer(string name) => InteropCases.RunAsync(name, fixture.Address);

    public sealed class Fixture : PeerServerFixture, IDisposable
    {
        private readonly DescriptorSetFile _descriptors = new();

        protected override string? WhyAbsent => ExternalPrograms.WhyNoPythonGrpc;

        public void Dispose() => _descriptors.Dispose();

        protected override ExternalProcess Start() => ExternalProcess.Start(ExternalPrograms.Python, ["server.py", _descriptors.Path], ExternalPrograms.PythonFolder);
    }
}
