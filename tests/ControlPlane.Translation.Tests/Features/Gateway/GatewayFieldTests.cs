using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Tests.Support;
using Istio.Networking.V1Alpha3;
using Message = Istio.Networking.V1Alpha3.Gateway;

namespace ControlPlane.Translation.Tests.Features.Gateway;

/// <summary>No field of a Gateway is dropped in silence: a change of it changes what a proxy gets, or is told to the user.</summary>
public sealed class GatewayFieldTests
{
    private const string Plain = """{"port": {"number": 80, "name": "a", "protocol": "HTTP"}, "hosts": ["*"]}""";
    private const string Credential = "\"credentialName\": \"c\"";
    private const string Files = "\"serverCertificate\": \"/c\", \"privateKey\": \"/k\", \"caCertificates\": \"/r\"";

    /// <summary>Per field a Gateway's servers (and selector) without it and with it.</summary>
    public static TheoryData<string, string, string> Fields { get; } = new()
    {
        { "Gateway.Servers", Of(Plain), Of(Plain + """, {"port": {"number": 81, "name": "b", "protocol": "HTTP"}, "hosts": ["*"]}""") },
        { "Gateway.Selector", Of(Plain), $$"""{"selector": {"x": "y"}, "servers": [{{Plain}}]}""" },
        { "Server.Port", Of(Plain), Of("""{"hosts": ["*"]}""") },
        { "Server.Hosts", Https("\"mode\": \"SIMPLE\", " + Credential), Https("\"mode\": \"SIMPLE\", " + Credential, "b.example.com") },
        { "Server.Tls", Of(Plain), Of("""{"port": {"number": 80, "name": "a", "protocol": "HTTP"}, "hosts": ["*"], "tls": {"httpsRedirect": true}}""") },
        { "Server.Bind", Of(Plain), Of("""{"port": {"number": 80, "name": "a", "protocol": "HTTP"}, "hosts": ["*"], "bind": "10.0.0.1"}""") },
        { "Server.DefaultEndpoint", Of(Plain), Of("""{"port": {"number": 80, "name": "a", "protocol": "HTTP"}, "hosts": ["*"], "defaultEndpoint": "x"}""") },
        { "Server.Name", Https("\"mode\": \"SIMPLE\", " + Credential), Https("\"mode\": \"SIMPLE\", " + Credential).Replace("{\"port\"", "{\"name\": \"n\", \"port\"", StringComparison.Ordinal) },
        { "Port.Number", Of(Plain), Of(Plain.Replace("80", "81", StringComparison.Ordinal)) },
        { "Port.Protocol", Of(Plain), Of(Plain.Replace("HTTP", "TCP", StringComparison.Ordinal)) },
        { "Port.Name", Https("\"mode\": \"SIMPLE\", " + Credential), Https("\"mode\": \"SIMPLE\", " + Credential).Replace("\"name\": \"s\"", "\"name\": \"t\"", StringComparison.Ordinal) },
        { "Port.TargetPort", Of(Plain), Of(Plain.Replace("80,", "80, \"targetPort\": 1,", StringComparison.Ordinal)) },
        { "ServerTLSSettings.HttpsRedirect", Of(Plain), Of("""{"port": {"number": 80, "name": "a", "protocol": "HTTP"}, "hosts": ["*"], "tls": {"httpsRedirect": true}}""") },
        { "ServerTLSSettings.Mode", Mutual(""), Https("\"mode\": \"SIMPLE\", " + Credential) },
        { "ServerTLSSettings.ServerCertificate", FromFiles(""), FromFiles("").Replace("/c", "/d", StringComparison.Ordinal) },
        { "ServerTLSSettings.PrivateKey", FromFiles(""), FromFiles("").Replace("/k", "/l", StringComparison.Ordinal) },
        { "ServerTLSSettings.CaCertificates", FromFiles(""), FromFiles("").Replace("/r", "/s", StringComparison.Ordinal) },
        { "ServerTLSSettings.SubjectAltNames", Mutual(""), Mutual("\"subjectAltNames\": [\"n\"]") },
        { "ServerTLSSettings.MinProtocolVersion", Mutual(""), Mutual("\"minProtocolVersion\": \"TLSV1_3\"") },
        { "ServerTLSSettings.MaxProtocolVersion", Mutual(""), Mutual("\"maxProtocolVersion\": \"TLSV1_2\"") },
        { "ServerTLSSettings.CipherSuites", Mutual(""), Mutual("\"cipherSuites\": [\"AES128-SHA\"]") },
        { "ServerTLSSettings.CredentialName", Mutual(""), Mutual("").Replace("\"c\"", "\"d\"", StringComparison.Ordinal) },
        { "ServerTLSSettings.VerifyCertificateSpki", Mutual(""), Mutual("\"verifyCertificateSpki\": [\"x\"]") },
        { "ServerTLSSettings.VerifyCertificateHash", Mutual(""), Mutual("\"verifyCertificateHash\": [\"x\"]") },
        { "ServerTLSSettings.CaCrl", FromFiles(""), FromFiles("\"caCrl\": \"/crl\"") },
        { "ServerTLSSettings.CredentialNames", Mutual(""), Https("\"mode\": \"MUTUAL\", \"credentialNames\": [\"c\", \"d\"]") },
        { "ServerTLSSettings.TlsCertificates", FromFiles(""), Https("\"mode\": \"MUTUAL\", \"caCertificates\": \"/r\", \"tlsCertificates\": [{\"serverCertificate\": \"/x\", \"privateKey\": \"/y\"}]") },
        { "ServerTLSSettings.CaCertCredentialName", Mutual(""), Mutual("\"caCertCredentialName\": \"ca\"") },
        { "ServerTLSSettings.InsecureSkipVerify", Mutual(""), Mutual("\"insecureSkipVerify\": true") },
        { "ServerTLSSettings.EcdhCurves", Mutual(""), Mutual("\"ecdhCurves\": [\"P-256\"]") },
        { "TLSCertificate.ServerCertificate", Listed(""), Listed("").Replace("/x", "/z", StringComparison.Ordinal) },
        { "TLSCertificate.PrivateKey", Listed(""), Listed("").Replace("/y", "/z", StringComparison.Ordinal) },
        { "TLSCertificate.CaCertificates", Listed(""), Listed(", \"caCertificates\": \"/z\"") },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void Field_IsReadOrTold(string field, string without, string with) =>
        Assert.True(Effect(without) != Effect(with), $"{field} makes no difference and nobody is told");

    [Fact]
    public void Fields_OfAllMessages_AreInTheTable()
    {
        Type[] messages = [typeof(Message), typeof(Server), typeof(Port), typeof(ServerTLSSettings), typeof(ServerTLSSettings.Types.TLSCertificate)];
        var known = Fields.Select(f => (string)((object[])f)[0]).ToHashSet(StringComparer.Ordinal);

        Assert.Equal([], messages.SelectMany(m => m.GetFields().Where(f => f.IsLiteral && f.Name.EndsWith("FieldNumber", StringComparison.Ordinal)).Select(f => $"{m.Name}.{f.Name[..^"FieldNumber".Length]}"))
            .Where(f => !known.Contains(f)));
    }

    private static string Effect(string spec)
    {
        var mesh = new GatewayMesh().Put("Gateway", "istio-system", "gw", spec).ToWeb("\"*\"")
            .VirtualService("""{"hosts": ["*"], "gateways": ["istio-system/gw"], "tcp": [{"route": [{"destination": {"host": "web"}}]}]}""", "tcp");
        var told = mesh.Translated.Mesh.Get(Gateways.Object, new ObjectKey("istio-system", "gw")).Diagnostics.Select(d => $"{d.Severity} {d.Field}");
        var given = new[] { XdsType.Listener, XdsType.Route }.SelectMany(t => mesh.Translated.Set(t, mesh.Proxy).Resources).Select(r => $"{r.Name} {r.Version}");
        return string.Join('\n', told.Concat(given));
    }

    private static string Of(string servers) => $$"""{"servers": [{{servers}}]}""";

    private static string Https(string tls, string host = "a.example.com") =>
        Of($$"""{"port": {"number": 443, "name": "s", "protocol": "HTTPS"}, "hosts": ["{{host}}"], "tls": { {{tls}} } }""");

    private static string Mutual(string more) => Https($"\"mode\": \"MUTUAL\", {Credential}{(more.Length > 0 ? ", " + more : "")}");

    private static string FromFiles(string more) => Https($"\"mode\": \"MUTUAL\", {Files}{(more.Length > 0 ? ", " + more : "")}");

    private static string Listed(string more) =>
        Https($"\"mode\": \"SIMPLE\", \"tlsCertificates\": [{{\"serverCertificate\": \"/x\", \"privateKey\": \"/y\"{more}}}]");
}
