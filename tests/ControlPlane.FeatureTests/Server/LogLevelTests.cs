using System.Net;
using System.Text.Json.Nodes;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Model.Delivery;
using ControlPlane.Options;
using ControlPlane.Security.Callers;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.FeatureTests.Server;

public class LogLevelTests
{
    private const string EngineLine = "Snapshot ", StreamLine = " sent, ";

    [Fact]
    public async Task LevelOfAnArea_ChangesWhileTheServerRuns()
    {
        using var folder = new Folder();
        folder.Write("mesh.yaml", Meshes.Namespaces + "\n---\n" + Meshes.Service("web"));
        await using var server = await RunningServer.StartAsync("--source", "dir:" + folder.Path, "--log-level", "info,xds:debug");
        using var client = server.Connect();
        await ChangeAsync("first");
        Assert.True(Logged(StreamLine) && !Logged(EngineLine), string.Join('\n', server.Log));

        var (status, body) = await server.PutAsync("/debug/logging?level=xds:default,engine:debug");
        Assert.Equal((HttpStatusCode.OK, "debug", "info", "warn"), (status, Level(body, "engine"), Level(body, "xds"), Level(body, "http")));
        var sent = server.Log.Count(line => line.Contains(StreamLine, StringComparison.Ordinal));
        await ChangeAsync("second");
        Assert.True(Logged(EngineLine), string.Join('\n', server.Log));
        Assert.Equal(sent, server.Log.Count(line => line.Contains(StreamLine, StringComparison.Ordinal)));

        var (fault, text) = await server.PutAsync("/debug/logging?level=engines:debug");
        Assert.Equal(HttpStatusCode.BadRequest, fault);
        Assert.StartsWith("level 'engines:debug' is wrong: expected trace, debug", text, StringComparison.Ordinal);
        Assert.Equal(body, (await server.GetAsync("/debug/logging")).Body);

        bool Logged(string what) => server.Log.Any(line => line.Contains(what, StringComparison.Ordinal));

        async Task ChangeAsync(string name)
        {
            if (name == "first")
                await client.AckAsync(await client.AskAsync(XdsType.Cluster.TypeUrl()));
            folder.Write(name + ".yaml", Meshes.Service(name));
            await client.AckAsync(await client.ReadAsync());

            // The engine logs a round at its end; its next round answers the second question.
            await server.Server.Engine.GetStatisticsAsync();
            await server.Server.Engine.GetStatisticsAsync();
        }
    }

    [Theory]
    [InlineData("127.0.0.1", null, true)]
    [InlineData("10.1.0.1", null, false)]
    [InlineData("10.1.0.1", "shop", false)]
    [InlineData("10.1.0.1", "istio-system", true)]
    public async Task Levels_AreChangedFromThisMachineOrByTheRootNamespace_EvenIfAnyoneMayRead(string address, string? tokenOf, bool expected)
    {
        using var folder = new Folder();
        await using var server = await RunningServer.StartAsync("--data-dir", folder.Path, "--debug-from-anywhere", "true");
        using var tokens = await IssuedTokens.OpenAsync(folder.Path, default);
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        if (tokenOf is not null)
            context.Request.Headers.Authorization = "Bearer " + tokens.Issue(tokenOf, "default", "istio-ca", TimeSpan.FromHours(1), DateTimeOffset.UtcNow);

        Assert.Equal(expected, await server.Server.Debug.MayChangeAsync(context));
    }

    [Theory]
    [InlineData("debug", "debug", "debug", "warn")]
    [InlineData("error", "error", "error", "error")]
    [InlineData("default:warn,xds:trace", "trace", "warn", "warn")]
    [InlineData("xds:debug,http:info", "debug", "info", "info")]
    [InlineData("xds:debug,XDS:info", null, null, null)]
    [InlineData("", null, null, null)]
    [InlineData("default", null, null, null)]
    [InlineData("xds:debug:info", null, null, null)]
    public void Levels_AreReadPerArea(string text, string? xds, string? engine, string? http)
    {
        if (xds is null)
        {
            Assert.Throws<FormatException>(() => LogLevels.Standard.With(text));
            return;
        }

        var levels = LogLevels.Standard.With(text);
        Assert.Equal((xds, engine, http), (LogLevels.NameOf(levels["xds"]), LogLevels.NameOf(levels["engine"]), LogLevels.NameOf(levels["http"])));
    }

    private static string Level(string body, string area) => JsonNode.Parse(body)![area]!.GetValue<string>();
}
