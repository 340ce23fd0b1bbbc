namespace ControlPlane.Translation.Tests.Envoy.Capabilities;

public class RouteAndWasmSubstitutionTests
{
    private const string HttpWasm = "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm";
    private const string NetworkWasm = "type.googleapis.com/envoy.extensions.filters.network.wasm.v3.Wasm";
    private const string ByAgent = """{"remote": {"httpUri": {"uri": "oci://r.example/m:1", "cluster": "_", "timeout": "30s"}}}""";

    [Fact]
    public void MaxGrpcTimeout_BecomesTheBoundOfTheHeader()
    {
        var routes = Substituted.Routes(
            """{"name": "80", "virtualHosts": [{"name": "v", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "c", "timeout": "0s", "maxGrpcTimeout": "0s"}}]}]}""");

        Substituted.Equal(
            """{"cluster": "c", "timeout": "0s", "maxStreamDuration": {"grpcTimeoutHeaderMax": "0s"}}""",
            routes["virtualHosts"]![0]!["routes"]![0]!["route"]);
    }

    [Theory]
    [InlineData("\"timeout\": \"0.300s\", ")]
    [InlineData("")] // Envoy's default of 15 s
    public void MaxGrpcTimeout_BesideATimeout_StaysSoThatTheTimeoutHolds(string timeout)
    {
        var route = $$"""{"cluster": "c", {{timeout}}"maxGrpcTimeout": "0.300s"}""";

        var routes = Substituted.Routes(
            $$$"""{"name": "80", "virtualHosts": [{"name": "v", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": {{{route}}} }]}]}""");

        Substituted.Equal(route, routes["virtualHosts"]![0]!["routes"]![0]!["route"]);
    }

    [Fact]
    public void MaxGrpcTimeout_InRoutesOfAListener_BecomesTheBoundToo()
    {
        var listener = Substituted.Listener(Managers.Listener(
            "INBOUND",
            """, "routeConfig": {"name": "inbound|8080||", "virtualHosts": [{"name": "v", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "c", "timeout": "0s", "maxGrpcTimeout": "1s"}}]}]}""",
            Managers.Router));

        Substituted.Equal(
            """{"cluster": "c", "timeout": "0s", "maxStreamDuration": {"grpcTimeoutHeaderMax": "1s"}}""",
            Managers.Of(listener)["routeConfig"]!["virtualHosts"]![0]!["routes"]![0]!["route"]);
    }

    [Theory]
    [InlineData("FAIL_OPEN", """{"name": "w", "typedConfig": {"@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC"}}""")]
    [InlineData("FAIL_CLOSED", """{"name": "w", "typedConfig": {"@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC", "rules": {}}}""")]
    [InlineData("FAIL_RELOAD", """{"name": "w", "typedConfig": {"@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC", "rules": {}}}""")]
    public void HttpModuleOfTheAgent_WithoutOne_FailsAsItsPolicySays(string policy, string expected) =>
        Substituted.Equal(expected, Substituted.Extension(Extension(HttpWasm, policy, ByAgent)));

    [Fact]
    public void NetworkModuleOfTheAgent_WithoutOne_FailsClosed() => Substituted.Equal(
        """{"name": "w", "typedConfig": {"@type": "type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC", "rules": {}, "statPrefix": "wasm_module_unavailable"}}""",
        Substituted.Extension(Extension(NetworkWasm, "FAIL_CLOSED", ByAgent)));

    [Theory]
    [InlineData("""{"local": {"filename": "/opt/file.wasm"}}""")]
    [InlineData("""{"remote": {"httpUri": {"uri": "http://modules/m.wasm", "cluster": "modules", "timeout": "30s"}, "sha256": "6b86b273"}}""")]
    public void ModuleThatEnvoyLoadsItself_IsLeft(string code)
    {
        var given = Extension(HttpWasm, "FAIL_CLOSED", code);

        Substituted.Equal(given, Substituted.Extension(given));
    }

    private static string Extension(string type, string policy, string code) =>
        $$$$$$$$$"""{"name": "w", "typedConfig": {"@type": "{{{{{{{{{type}}}}}}}}}", "config": {"name": "n", "failurePolicy": "{{{{{{{{{policy}}}}}}}}}", "vmConfig": {"runtime": "envoy.wasm.runtime.v8", "code": {{{{{{{{{code}}}}}}}}}}}}}""";
}
