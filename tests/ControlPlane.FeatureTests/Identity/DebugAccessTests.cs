using System.Net;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Security.Callers;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.FeatureTests.Identity;

public sealed class DebugAccessTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    // S8: caller x what it may see. Nobody on another machine without a token; a token shows its namespace; the root namespace sees all.
    [Theory]
    [InlineData("127.0.0.1", null, "*")]
    [InlineData("::1", null, "*")]
    [InlineData("::ffff:127.0.0.1", null, "*")]
    [InlineData("10.1.0.1", null, "")]
    [InlineData("::ffff:10.1.0.1", null, "")]
    [InlineData("10.1.0.1", "forged", "")]
    [InlineData("10.1.0.1", "shop", "shop")]
    [InlineData("10.1.0.1", "other", "other")]
    [InlineData("10.1.0.1", "istio-system", "*")]
    public async Task S8_DebugEndpoints_ShowACallerWhatItMaySee(string address, string? tokenOf, string expected)
    {
        await using var server = await RunningServer.StartAsync("--data-dir", _folder.Path);
        using var tokens = await IssuedTokens.OpenAsync(_folder.Path, default);
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        if (tokenOf is not null)
        {
            var token = tokens.Issue(tokenOf == "forged" ? "istio-system" : tokenOf, "default", "istio-ca", TimeSpan.FromHours(1), DateTimeOffset.UtcNow);
            context.Request.Headers.Authorization = "Bearer " + (tokenOf == "forged" ? token[..^4] + "AAAA" : token);
        }

        var scope = await server.Server.Debug.OfAsync(context);

        Assert.Equal(expected, scope is null ? "" : scope.Namespace ?? "*");
    }
}
