using ControlPlane.Translation.Simulation;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Type.V3;

namespace ControlPlane.Translation.Tests.Simulation;

public class EndpointSelectionTests
{
    [Fact]
    public void Find_WithAHealthyFirstPriority_TakesOnlyItsUsableEndpoints()
    {
        var found = Find(NoPanic, (0, "a", HealthStatus.Healthy), (0, "b", HealthStatus.Unhealthy), (0, "c", HealthStatus.Unknown), (0, "d", HealthStatus.Degraded), (1, "e", HealthStatus.Healthy));

        Assert.Equal(["a:80", "c:80", "d:80"], found.Select(endpoint => endpoint.Address));
    }

    [Fact]
    public void Find_WithAHalfBrokenFirstPriority_GivesTheRestToTheNext()
    {
        // Half of the endpoints times 1.4: 70 % stay.
        var found = Find(NoPanic, (0, "a", HealthStatus.Healthy), (0, "b", HealthStatus.Unhealthy), (1, "c", HealthStatus.Healthy));

        Assert.Equal([("a:80", 0.7), ("c:80", 0.3)], found.Select(endpoint => (endpoint.Address, Math.Round(endpoint.PriorityShare, 3))));
    }

    [Fact]
    public void Find_WithoutUsableEndpoints_HasNone() => Assert.Empty(Find(NoPanic, (0, "a", HealthStatus.Unhealthy), (0, "b", HealthStatus.Draining)));

    [Fact]
    public void Find_InPanic_TakesAll() => Assert.Equal(2, Find(new Cluster(), (0, "a", HealthStatus.Unhealthy), (0, "b", HealthStatus.Unhealthy)).Length);

    private static Cluster NoPanic => new() { CommonLbConfig = new Cluster.Types.CommonLbConfig { HealthyPanicThreshold = new Percent() } };

    private static System.Collections.Immutable.ImmutableArray<SimulatedEndpoint> Find(Cluster cluster, params (uint Priority, string Name, HealthStatus Health)[] endpoints)
    {
        var assignment = new ClusterLoadAssignment();
        foreach (var (priority, name, health) in endpoints)
        {
            assignment.Endpoints.Add(new LocalityLbEndpoints
            {
                Priority = priority,
                LbEndpoints =
                {
                    new LbEndpoint
                    {
                        HealthStatus = health,
                        Endpoint = new Endpoint { Address = new Address { SocketAddress = new SocketAddress { Address = name, PortValue = 80 } } },
                    },
                },
            });
        }

        return EndpointSelection.Find(assignment, cluster, "");
    }
}
