using ControlPlane.Model.Collections;
using ControlPlane.Translation.Views.Endpoints;

namespace ControlPlane.Translation.Tests.Views.Endpoints;

public sealed class EndpointWorkloadTests
{
    private static readonly EndpointWorkload Web = new() { Name = "web", Namespace = "shop", Cluster = "c", Labels = Labels("app", "web") };

    [Fact]
    public void HasTelemetryOf_WhateverDiffers_AgreesWithTheText()
    {
        EndpointWorkload[] others =
        [
            Web,
            Web with { },
            Web with { Name = "db" },
            Web with { Namespace = "other" },
            Web with { Cluster = "d" },
            Web with { Identity = "spiffe://x", NodeName = "node-b", Locality = "r/z" },
            Web with { Labels = Labels("app", "web", "pod-template-hash", "abc") },
            Web with { Labels = Labels("app", "web", "version", "v2") },
            Web with { Labels = Labels("app", "db") },
            Web with { Labels = LabelMap.Empty },
        ];
        foreach (var first in others)
        {
            foreach (var second in others)
                Assert.Equal(first.Telemetry == second.Telemetry, first.HasTelemetryOf(second));
        }

        Assert.Equal("web;shop;web;;c", Web.Telemetry);
        Assert.Equal(6, others.DistinctBy(o => o.Telemetry).Count());
    }

    private static LabelMap Labels(params string[] pairs) =>
        LabelMap.From(pairs.Chunk(2).Select(p => KeyValuePair.Create(p[0], p[1])));
}
