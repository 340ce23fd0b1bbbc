using ControlPlane.Testing.Processes;

namespace ControlPlane.Grpc.Tests.Interop;

/// <summary>The cases with the client of gRPC's C-core (Python) and our server.</summary>
public sealed class PythonClientTests(PythonClientTests.Fixture fixture) : IClassFixture<PythonClientTests.Fixture>
{
    [PythonGrpcTheory]
    [MemberData(nameof(PeerClientFixture.Cases), MemberType = typeof(PeerClientFixture))]
    public void Case_PythonClient_OurServer(string name) => fixture.AssertPassed(name);

    public sealed class Fixture : PeerClientFixture, IDisposable
    {
        private readonly DescriptorSetFile _descriptors = new();

        protected override string? WhyAbsent => ExternalPrograms.WhyNoPythonGrpc;

        public void Dispose() => _descriptors.Dispose();

        protected override ExternalProcess Start(string target) =>
            ExternalProcess.Start(ExternalPrograms.Python, ["client.py", _descriptors.Path, target], ExternalPrograms.PythonFolder);
    }
}
