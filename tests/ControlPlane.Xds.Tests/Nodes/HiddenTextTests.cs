using ControlPlane.Xds.Nodes;
using Envoy.Config.Core.V3;

namespace ControlPlane.Xds.Tests.Nodes;

/// <summary>T17: what a node id can do to names and logs.</summary>
public class HiddenTextTests
{
    [Theory]
    [InlineData("sidecar~10.1.0.1~web-1.shop\n2026-01-01 error: all is lost~shop.svc.cluster.local")]
    [InlineData("sidecar~10.1.0.1~web-1.shop\u202e~shop.svc.cluster.local")]
    [InlineData("sidecar~10.1.0.1~web-1.sh\u200bop~shop.svc.cluster.local")]
    [InlineData("sidecar~10.1.0.1~web-1.sh\ufffdop~shop.svc.cluster.local")]
    public void NodeId_WithHiddenCharacters_IsRefused_AndNotQuotedAsItIs(string id)
    {
        var fault = Assert.Throws<InvalidNodeException>(() => NodeReader.Read(new Node { Id = id }));

        Assert.DoesNotContain(fault.Message, static c => char.IsControl(c) || c is '\u202e' or '\u200b');
    }

    [Fact]
    public void NodeId_WithoutEnd_IsRefused_AndNotQuoted()
    {
        var fault = Assert.Throws<InvalidNodeException>(() => NodeReader.Read(new Node { Id = new string('x', 3_000_000) }));

        Assert.InRange(fault.Message.Length, 1, 300);
    }
}
