using ControlPlane.FeatureTests.Support;
using ControlPlane.Testing.Processes;

namespace ControlPlane.FeatureTests.Identity;

/// <summary>gRPC's C-core and openssl as an agent: a key and a request made elsewhere, a token, then the certificate in its place.</summary>
public class CoreClientTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [PythonGrpcTheory]
    [InlineData("ec", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")]
    [InlineData("rsa", "-newkey", "rsa:2048")]
    public async Task CoreClient_WithAToken_GetsACertificate_AndRenewsItWithThat(string name, params string[] keyOptions)
    {
        await using var server = await SecureServer.StartAsync();
        using var folder = new Folder();
        var (key, csr, roots, token) = (folder.Of(name + ".key"), folder.Of(name + ".csr"), folder.Write("roots.pem", server.Roots), folder.Write("token", server.Token()));
        await RunAsync("openssl", ["req", "-new", .. keyOptions, "-nodes", "-subj", "/O=istio", "-keyout", key, "-out", csr]);

        Assert.StartsWith("chain 2", await AskAsync(server, roots, csr, folder.Of("first.pem"), "--token", token), StringComparison.Ordinal);
        Assert.StartsWith("chain 2", await AskAsync(server, roots, csr, folder.Of("second.pem"), "--cert", folder.Of("first.pem"), "--key", key), StringComparison.Ordinal);
        foreach (var certificate in new[] { "first.pem", "second.pem" })
        {
            await RunAsync("openssl", ["verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", roots, folder.Of(certificate)]);
            Assert.Contains("URI:spiffe://cluster.local/ns/shop/sa/web", await RunAsync("openssl", ["x509", "-noout", "-text", "-in", folder.Of(certificate)]), StringComparison.Ordinal);
        }

        Assert.StartsWith("error UNAUTHENTICATED: request authenticate failure", await AskAsync(server, roots, csr, folder.Of("none.pem")), StringComparison.Ordinal);
    }

    private static Task<string> AskAsync(SecureServer server, string roots, string csr, string target, params string[] proof) =>
        RunAsync(ExternalPrograms.Python, [Path.Combine(ExternalPrograms.PythonFolder, "certificate_client.py"), server.Address.ToString(), roots, csr, target, .. proof]);

    private static async Task<string> RunAsync(string program, string[] arguments)
    {
        var (code, output) = await ExternalProcess.RunAsync(program, arguments, Limit);
        Assert.True(code == 0, output);
        return output;
    }
}
