using ControlPlane.Testing.Processes;

namespace ControlPlane.EndToEnd.Proxyless;

/// <summary>gRPC clients of other people find a service by xDS, call its real backends, and follow endpoints and localities without an error.</summary>
public class ProxylessClientTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [NodeFact]
    public Task GrpcJs_FollowsEndpointsAndLocalities_WithoutAnError() =>
        FollowAsync("node", Path.Combine(ExternalPrograms.NodeFolder, "xds-client.js"));

    [PythonGrpcFact]
    public Task CCore_FollowsEndpointsAndLocalities_WithoutAnError() =>
        FollowAsync(ExternalPrograms.Python, Path.Combine(ExternalPrograms.PythonFolder, "xds_client.py"));

    [NodeFact]
    public async Task GrpcJs_FollowsASplitAndAHeaderRoute_WithoutAnError()
    {
        await using var mesh = await ProxylessMesh.StartAsync(ProxylessMesh.A, ProxylessMesh.B, ProxylessMesh.C);
        mesh.SetRoutes(weightOfA: 100, byHeader: true);
        var script = Path.Combine(ExternalPrograms.NodeFolder, "xds-client.js");
        await using var jason = ExternalProcess.Start("node", [script, ProxylessMesh.Target, "x-user=jason"], environment: mesh.ClientEnvironment);
        Assert.Equal("sees c", await jason.WaitForLineAsync("sees c", Limit));

        await FollowSplitAsync("node", script, mesh, byHeader: true);

        await ExpectNoErrorsAsync(jason, mesh);
        Assert.Equal("sees c", jason.Output.Split('\n').Last(line => line.StartsWith("sees", StringComparison.Ordinal)).Trim());
    }

    /// <summary>Debian's C-core refuses the header matchers of today (string_match), as it would istiod's.</summary>
    [PythonGrpcFact]
    public async Task CCore_FollowsASplit_WithoutAnError()
    {
        await using var mesh = await ProxylessMesh.StartAsync(ProxylessMesh.A, ProxylessMesh.B, ProxylessMesh.C);
        await FollowSplitAsync(ExternalPrograms.Python, Path.Combine(ExternalPrograms.PythonFolder, "xds_client.py"), mesh, byHeader: false);
    }

    private static async Task FollowSplitAsync(string program, string script, ProxylessMesh mesh, bool byHeader)
    {
        mesh.SetRoutes(weightOfA: 100, byHeader);
        await using var client = ExternalProcess.Start(program, [script, ProxylessMesh.Target], environment: mesh.ClientEnvironment);

        await client.WaitForLineAsync("sees a", Limit);
        mesh.SetRoutes(weightOfA: 50, byHeader);
        await client.WaitForLineAsync("sees a,b", Limit);
        mesh.SetRoutes(weightOfA: 0, byHeader);
        Assert.Equal("sees b", await client.WaitForLineAsync("sees b", Limit));

        await ExpectNoErrorsAsync(client, mesh);
    }

    private static async Task FollowAsync(string program, string script)
    {
        await using var mesh = await ProxylessMesh.StartAsync(ProxylessMesh.A);
        await using var client = ExternalProcess.Start(program, [script, ProxylessMesh.Target], environment: mesh.ClientEnvironment);

        await client.WaitForLineAsync("sees a", Limit);
        mesh.SetEndpoints(ProxylessMesh.A, ProxylessMesh.B);
        await client.WaitForLineAsync("sees a,b", Limit);
        mesh.SetEndpoints(ProxylessMesh.B);
        Assert.Equal("sees b", await client.WaitForLineAsync("sees b", Limit));
        mesh.SetEndpoints(ProxylessMesh.B, ProxylessMesh.C);
        await client.WaitForLineAsync("sees b,c", Limit);
        mesh.SetEndpoints(ProxylessMesh.C);
        Assert.Equal("sees c", await client.WaitForLineAsync("sees c", Limit));

        await ExpectNoErrorsAsync(client, mesh);
    }

    private static async Task ExpectNoErrorsAsync(ExternalProcess client, ProxylessMesh mesh)
    {
        await client.WriteLineAsync("end");
        var total = (await client.WaitForLineAsync("total ", Limit)).Split(' ');
        Assert.True(total[2] == "0", $"{total[2]} errors:\n{client.Output}\n{mesh.Log}");
        Assert.True(int.Parse(total[1], System.Globalization.CultureInfo.InvariantCulture) > 0);
    }
}
