using ControlPlane.Testing.Processes;

namespace ControlPlane.Grpc.Tests.Interop;

/// <summary>The cases with our client and the server of grpc-js.</summary>
public sealed class NodeServerTests(NodeServerTests.Fixture fixture) : IClassFixture<NodeServerTests.Fixture>
{
    [NodeTheory]
    [MemberData(nameof(InteropCases.Names), MemberType = typeof(InteropCases))]
    public Task Case_OurClient_NodeServer(string name) => InteropCases.RunAsync(name, fixture.Address);

    public sealed class Fixture : PeerServerFixture
    {
        protected override string? WhyAbsent => ExternalPrograms.WhyNoNode;

        protected override ExternalProcess Start() => ExternalProcess.Start("node", ["server.js"], ExternalPrograms.NodeFolder);
    }
}
