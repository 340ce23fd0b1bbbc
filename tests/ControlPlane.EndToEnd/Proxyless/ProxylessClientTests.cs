using ControlPlane.Testing.Processes;

namespace ControlPlane.EndToEnd.Proxyless;

/// <summary>gRPC clients of other people find a service by xDS, call its real backends, and follow endpoints and localities without an error.</summary>
public class ProxylessClientTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [NodeFact]
    public Task GrpcJs_FollowsEndpointsAndLocalities_WithoutAnError() =>
        FollowAsync("node", Path.Combine(ExternalPrograms.NodeFolder, "xds-client.js"));

    [PythonGrpcFact]
    public Task CCore_FollowsEndpointsAndLocalities_WithoutAnError() =>
        FollowAsync(ExternalPrograms.Python, Path.Combine(ExternalPrograms.PythonFolder, "xds_client.py"));

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

        await client.WriteLineAsync("end");
        var total = (await client.WaitForLineAsync("total ", Limit)).Split(' ');
        Assert.True(total[2] == "0", $"{total[2]} errors:\n{client.Output}\n{mesh.Log}");
        Assert.True(int.Parse(total[1], System.Globalization.CultureInfo.InvariantCulture) > 0);
    }
}
