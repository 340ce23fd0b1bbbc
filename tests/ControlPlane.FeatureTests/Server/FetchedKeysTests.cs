using System.Net;
using System.Text;
using ControlPlane.FeatureTests.Support;
using Envoy.Service.Discovery.V3;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ControlPlane.FeatureTests.Server;

/// <summary>Keys that a RequestAuthentication names reach proxies without anything else having changed.</summary>
public class FetchedKeysTests
{
    private const string ListenerType = "type.googleapis.com/envoy.config.listener.v3.Listener";

    [Fact]
    public async Task KeysOfAUri_ReachProxies_WhenTheyCanBeHad()
    {
        await using var issuer = await StartIssuerAsync("""{"keys":[{"kty":"EC","crv":"P-256","kid":"fetched-key","x":"AA","y":"AA"}]}""");
        using var folder = new Folder();
        folder.Write("mesh.yaml", Meshes.Namespaces + "\n---\n" + Meshes.Service("web"));
        folder.Write("users.yaml", $$"""
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: users, namespace: shop}
            spec: {jwtRules: [{issuer: users, jwksUri: '{{issuer.Urls.First()}}/keys'}]}
            """);
        await using var server = await RunningServer.StartAsync("--source", "dir:" + folder.Path);
        using var client = server.Connect();

        var answer = await client.AskAsync(ListenerType);
        while (!Holds(answer, "fetched-key"))
        {
            Assert.True(Holds(answer, "nobody"), "without keys there must be one that verifies nothing");
            await client.AckAsync(answer);
            answer = await client.ReadAsync();
        }
    }

    private static bool Holds(DiscoveryResponse response, string text) => response.Resources.Any(r => r.Value.Span.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    private static async Task<WebApplication> StartIssuerAsync(string keys)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync(keys));
        await app.StartAsync();
        return app;
    }
}
