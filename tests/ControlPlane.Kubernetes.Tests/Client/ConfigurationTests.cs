using System.Text;
using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Tests.Files;

namespace ControlPlane.Kubernetes.Tests.Client;

public sealed class ConfigurationTests : IDisposable
{
    private const string Config = """
        apiVersion: v1
        kind: Config
        current-context: main
        contexts:
        - name: main
          context: {cluster: c1, user: u1, namespace: mesh}
        - name: other
          context: {cluster: c2, user: u2}
        - name: broken
          context: {cluster: none}
        clusters:
        - name: c1
          cluster: {server: "https://10.0.0.1:6443", certificate-authority-data: Q0E=, tls-server-name: api, proxy-url: "http://proxy:3128"}
        - name: c2
          cluster: {server: "https://[fd00::1]:6443", certificate-authority: ca.crt, insecure-skip-tls-verify: true}
        users:
        - name: u1
          user: {client-certificate-data: Q1JU, client-key-data: S0VZ, token: secret}
        - name: u2
          user:
            tokenFile: sub/token
            client-certificate: /abs/crt
            exec: {command: ./get, args: [a, b], apiVersion: client.authentication.k8s.io/v1, env: [{name: X, value: z}], installHint: install it}
        """;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Read_CurrentContext_TakesDataOverFiles()
    {
        _directory.Write("config", Config);
        var connection = KubeConfigReader.Read(_directory.Path("config"), "");
        Assert.Equal(new Uri("https://10.0.0.1:6443"), connection.Server);
        Assert.Equal(("CA", "CRT", "KEY"), (Text(connection.CaData), Text(connection.ClientCertificateData), Text(connection.ClientKeyData)));
        Assert.Equal(("api", "secret", "mesh", new Uri("http://proxy:3128")), (connection.TlsServerName, connection.Token, connection.Namespace, connection.Proxy));
        Assert.False(connection.InsecureSkipTlsVerify);
        Assert.DoesNotContain("secret", connection.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NamedContext_ResolvesFilesBesideTheConfig()
    {
        _directory.Write("config", Config);
        var connection = KubeConfigReader.Read(_directory.Path("config"), "other");
        Assert.Equal(_directory.Path("ca.crt"), connection.CaFile);
        Assert.Equal(_directory.Path("sub/token"), connection.TokenFile);
        Assert.Equal("/abs/crt", connection.ClientCertificateFile);
        Assert.True(connection.InsecureSkipTlsVerify);
        Assert.Equal("default", connection.Namespace);
        var exec = connection.Exec!;
        Assert.Equal((_directory.Path("./get"), "X=z", "install it"), (exec.Command, exec.Environment.ToString(), exec.InstallHint));
        Assert.Equal(["a", "b"], exec.Arguments);
    }

    [Theory]
    [InlineData("context: x", "", "current-context is not set")]
    [InlineData("CONFIG", "nothing", "contexts has no entry named \"nothing\"")]
    [InlineData("CONFIG", "broken", "clusters has no entry named \"none\"")]
    [InlineData("a: [", "", ":1: not well-formed YAML")]
    [InlineData("", "", "the file is empty")]
    [InlineData("current-context: 5", "", "current-context")]
    [InlineData("{contexts: [{name: m, context: {cluster: c}}], clusters: [{name: c, cluster: {server: nowhere}}]}", "m", "server must be an address")]
    [InlineData("{contexts: [{name: m, context: {cluster: c}}], clusters: [{name: c, cluster: {server: 'https://x', certificate-authority-data: '%'}}]}", "m", "certificate-authority-data: must be base64")]
    [InlineData("{contexts: [{name: m, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'https://x'}}], users: [{name: u, user: {auth-provider: {}}}]}", "m", "not supported")]
    public void Read_ConfigThatCannotBeUsed_NamesFileAndReason(string text, string context, string message)
    {
        _directory.Write("config", text == "CONFIG" ? Config : text);
        var e = Assert.Throws<ConnectionException>(() => KubeConfigReader.Read(_directory.Path("config"), context));
        Assert.StartsWith(_directory.Path("config"), e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MissingConfig_NamesTheFile() =>
        Assert.Contains("can't be read", Assert.Throws<ConnectionException>(() => KubeConfigReader.Read(_directory.Path("none"), "")).Message, StringComparison.Ordinal);

    [Fact]
    public void ReadInCluster_TakesWhatTheKubeletMounts()
    {
        _directory.Write("token", "t\n");
        _directory.Write("namespace", "istio-system\n");
        var connection = InClusterConfiguration.Read(n => n.EndsWith("HOST", StringComparison.Ordinal) ? "fd00::1" : "443", _directory.Root);
        Assert.Equal(new Uri("https://[fd00::1]:443"), connection.Server);
        Assert.Equal((_directory.Path("ca.crt"), _directory.Path("token"), "istio-system"), (connection.CaFile, connection.TokenFile, connection.Namespace));
        Assert.Throws<ConnectionException>(() => InClusterConfiguration.Read(_ => null, _directory.Root));
        Assert.Throws<ConnectionException>(() => InClusterConfiguration.Read(_ => "1", _directory.Path("none")));
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
