using ControlPlane.Testing.Processes;

namespace ControlPlane.Grpc.Tests.Interop;

/// <summary>The cases with the client of grpc-js and our server.</summary>
public sealed class NodeClientTests(NodeClientTests.Fixture fixture) : IClassFixture<NodeClientTests.Fixture>
{
    [NodeTheory]
    [MemberData(nameof(PeerClientFixture.Cases), MemberType = typeof(PeerClientFixture))]
    public void Case_NodeClient_OurServer(string name) => fixture.AssertPassed(name);

    public sealed class Fixture : PeerClientFixture
    {
        protected override string? WhyAbsent => ExternalPrograms.WhyNoNode;

        protected override ExternalProcess Start(string target) =>
            ExternalProcess.Start("node", ["client.js", target], ExternalPrograms.NodeFolder);
    }
}
