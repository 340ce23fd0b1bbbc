using ControlPlane.Model.Objects;
using ControlPlane.Model.Statuses;
using static ControlPlane.Testing.Meshes.Objects;
using static ControlPlane.Translation.Tests.Features.KubernetesGateway.ApiMesh;

namespace ControlPlane.Translation.Tests.Features.KubernetesGateway;

/// <summary>What is told in the status of objects of the Gateway API.</summary>
public sealed class StatusTests
{
    private const string Good = "Accepted=True Accepted, ResolvedRefs=True ResolvedRefs";
    private const string GoodListener = "Accepted=True Accepted, Conflicted=False NoConflicts, Programmed=True Programmed, ResolvedRefs=True ResolvedRefs";
    private const string GoodGateway = "Accepted=True Accepted, Programmed=True Programmed, ResolvedRefs=True ResolvedRefs";

    private readonly ApiMesh _mesh = new();

    public StatusTests()
    {
        // Endpoints of the gateway's Service: without them nothing is programmed.
        _mesh.Mesh.Translated.Mesh.Put(Slice("istio-system", "gateway", "http:8080 https:8443", "10.9.0.2"));
    }

    [Theory]
    [InlineData("istio.io/gateway-controller", "Accepted=True Accepted")]
    [InlineData("example.com/other", null)]
    public void Class_IsAccepted_WhereItIsOurs(string controller, string? expected)
    {
        _mesh.Put("GatewayClass", "", "own", $$"""{"controllerName": "{{controller}}"}""");

        Assert.Equal(expected, _mesh.Status("GatewayClass", "", "own") is { } status ? Text(status.Conditions) : null);
    }

    [Fact]
    public void Gateway_ThatServicesServe_IsProgrammed()
    {
        _mesh.Gateway().Route(Rule("/a"), "a").Route(Rule("/b"), "b", parents: """ "parentRefs": [{"name": "kgw", "namespace": "istio-system", "sectionName": "http"}, {"name": "kgw", "namespace": "istio-system"}]""");

        var status = Gateway();
        Assert.Equal(GoodGateway, Text(status.Conditions));
        Assert.Equal("served by gateway.istio-system.svc.cluster.local:80", status.Conditions[1].Message);
        Assert.Equal(["gateway.istio-system.svc.cluster.local"], status.Addresses);
        var listener = Assert.Single(status.Listeners!.Value);
        Assert.Equal(("http", 2, GoodListener), (listener.Name, listener.Routes, Text(listener.Conditions)));
        Assert.Equal(["HTTPRoute", "GRPCRoute"], listener.Kinds);
    }

    [Fact]
    public void Gateway_OfAnotherController_IsLeftAlone()
    {
        _mesh.Put("GatewayClass", "", "other", """{"controllerName": "example.com/other"}""")
            .Put("Gateway", "istio-system", "kgw", $$"""{"gatewayClassName": "other", "listeners": [{{Http}}]}""").Route(Rule("/"));

        Assert.Null(_mesh.Status("Gateway", "istio-system", "kgw"));
        Assert.Empty(Route().References);
    }

    [Theory]
    [InlineData("""[{"type": "Hostname", "value": "none"}]""", "Accepted=True Accepted, Programmed=False AddressNotUsable")]
    [InlineData("""[{"type": "Hostname", "value": "web.shop.svc.cluster.local"}]""", "Accepted=True Accepted, Programmed=False AddressNotUsable")]
    [InlineData("""[{"type": "Hostname", "value": "empty"}]""", "Accepted=True Accepted, Programmed=False AddressNotAssigned")]
    [InlineData("""[{"type": "Hostname", "value": "balanced"}]""", "Accepted=True Accepted, Programmed=False AddressNotAssigned")]
    [InlineData("""[{"type": "Hostname", "value": "gateway"}, {"type": "Hostname", "value": "none"}]""", "Accepted=True Accepted, Programmed=False AddressNotUsable")]
    [InlineData("""[{"value": "10.9.9.9"}, {"value": "10.9.9.8"}]""", "Accepted=False UnsupportedAddress, Programmed=False UnsupportedAddress")]
    [InlineData("""[{"value": "10.9.9.9"}, {"type": "Hostname", "value": "gateway"}]""", "Accepted=False UnsupportedAddress, Programmed=True Programmed")]
    public void Gateway_WithoutItsService_IsNotProgrammed(string addresses, string expected)
    {
        _mesh.Mesh.Translated.Mesh.Put(
            Service("istio-system", "empty", "http:80:8080"), Service("istio-system", "balanced", "http:80:8080") with { Type = ServiceType.LoadBalancer },
            Slice("istio-system", "balanced", "http:8080", "10.9.0.3"));
        _mesh.Put("Gateway", "istio-system", "kgw", $$"""{"gatewayClassName": "istio", "addresses": {{addresses}}, "listeners": [{{Http}}]}""");

        Assert.StartsWith(expected, Text(Gateway().Conditions), StringComparison.Ordinal);
    }

    [Fact]
    public void Gateway_BehindALoadBalancer_TellsItsAddress()
    {
        _mesh.Mesh.Translated.Mesh.Put(
            Service("istio-system", "balanced", "http:80:8080") with { Type = ServiceType.LoadBalancer, LoadBalancerAddresses = ["192.0.2.7"] },
            Slice("istio-system", "balanced", "http:8080", "10.9.0.3"));
        _mesh.Put("Gateway", "istio-system", "kgw", $$"""{"gatewayClassName": "istio", "addresses": [{"type": "Hostname", "value": "balanced"}], "listeners": [{{Http}}]}""");

        Assert.Equal(["192.0.2.7"], Gateway().Addresses);
    }

    [Fact]
    public void Gateway_WithThePortOfThePods_IsToldWhichPortIsMeant()
    {
        _mesh.Gateway("""{"name": "x", "port": 8080, "protocol": "HTTP"}""");

        var programmed = Gateway().Conditions[1];
        Assert.Equal((false, "AddressNotUsable"), (programmed.Holds, programmed.Reason));
        Assert.EndsWith("the service's port is 80", programmed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name": "x", "port": 80, "protocol": "HTTP"}""", "Accepted=False HostnameConflict, Conflicted=True HostnameConflict, Programmed=False HostnameConflict")]
    [InlineData("""{"name": "x", "port": 80, "protocol": "TCP"}""", "Accepted=False ProtocolConflict, Conflicted=True ProtocolConflict, Programmed=False ProtocolConflict")]
    [InlineData("""{"name": "x", "port": 443, "protocol": "UDP"}""", "Accepted=False UnsupportedProtocol, Conflicted=False NoConflicts, Programmed=False Invalid, ResolvedRefs=True ResolvedRefs")]
    [InlineData("""{"name": "x", "port": 443, "protocol": "HTTPS"}""", GoodListener)]
    [InlineData("""{"name": "x", "port": 443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "none"}]}}""", "Accepted=True Accepted, Conflicted=False NoConflicts, Programmed=False Invalid, ResolvedRefs=False InvalidCertificateRef")]
    [InlineData("""{"name": "x", "port": 443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "cert", "kind": "ConfigMap"}]}}""", "Accepted=True Accepted, Conflicted=False NoConflicts, Programmed=False Invalid, ResolvedRefs=False InvalidCertificateRef")]
    [InlineData("""{"name": "x", "port": 443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "cert", "namespace": "shop"}]}}""", "Accepted=True Accepted, Conflicted=False NoConflicts, Programmed=False Invalid, ResolvedRefs=False RefNotPermitted")]
    [InlineData("""{"name": "x", "port": 443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "none"}, {"name": "cert"}]}}""", GoodListener)]
    [InlineData("""{"name": "x", "port": 443, "protocol": "HTTP", "allowedRoutes": {"kinds": [{"kind": "TCPRoute"}, {"kind": "HTTPRoute"}]}}""", "Accepted=True Accepted, Conflicted=False NoConflicts, Programmed=True Programmed, ResolvedRefs=False InvalidRouteKinds")]
    public void Listener_TellsWhatIsWrong(string listener, string expected)
    {
        _mesh.Certificate("istio-system", "cert").Certificate("shop", "cert").Gateway($"{Http}, {listener}");

        var status = Gateway();
        Assert.Equal(expected, Text(status.Listeners!.Value[1].Conditions));
        var isServed = expected.Contains("Programmed=True", StringComparison.Ordinal);
        Assert.Equal((true, isServed ? "Accepted" : "ListenersNotValid"), (status.Conditions[0].Holds, status.Conditions[0].Reason));
        Assert.Equal(GoodListener, Text(status.Listeners!.Value[0].Conditions));
    }

    [Theory]
    [InlineData("""{"name": "none", "group": "", "kind": "ConfigMap"}""", "InvalidCACertificateRef")]
    [InlineData("""{"name": "none", "group": "", "kind": "Service"}""", "InvalidCACertificateKind")]
    [InlineData("""{"name": "ca", "group": "", "kind": "ConfigMap", "namespace": "shop"}""", "RefNotPermitted")]
    public void Listener_WithoutRootsForItsClients_IsNotAccepted(string roots, string reason)
    {
        _mesh.Certificate("istio-system", "cert").Gateway(
            """{"name": "s", "port": 443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "cert"}]}}""",
            more: $$""", "tls": {"frontend": {"default": {"validation": {"caCertificateRefs": [{{roots}}]} } } }""");

        Assert.Equal(
            $"Accepted=False NoValidCACertificate, Conflicted=False NoConflicts, Programmed=False Invalid, ResolvedRefs=False {reason}",
            Text(Assert.Single(Gateway().Listeners!.Value).Conditions));
        Assert.StartsWith("Accepted=False ListenersNotValid", Text(Gateway().Conditions), StringComparison.Ordinal);
    }

    [Fact]
    public void Gateway_ThatLetsClientsInUnverified_SaysSo()
    {
        _mesh.Certificate("istio-system", "cert").Gateway(
            """{"name": "s", "port": 443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "cert"}]}}""",
            more: """, "tls": {"frontend": {"default": {"validation": {"mode": "AllowInsecureFallback", "caCertificateRefs": [{"group": "", "kind": "Secret", "name": "cert"}]} } } }""");
        Assert.Equal(GoodGateway + ", InsecureFrontendValidationMode=True ConfigurationChanged", Text(Gateway().Conditions));

        _mesh.Gateway();
        Assert.Equal((GoodGateway, "InsecureFrontendValidationMode"), (Text(Gateway().Conditions), Assert.Single(Gateway().Withdrawn)));
    }

    [Theory]
    [InlineData(Parent, "", "shop", Good)]
    [InlineData(""" "parentRefs": [{"name": "kgw", "namespace": "istio-system", "sectionName": "none"}]""", "", "shop", "Accepted=False NoMatchingParent, ResolvedRefs=True ResolvedRefs")]
    [InlineData(""" "parentRefs": [{"name": "kgw", "namespace": "istio-system", "port": 81}]""", "", "shop", "Accepted=False NoMatchingParent, ResolvedRefs=True ResolvedRefs")]
    [InlineData(Parent, "\"b.example.org\"", "shop", "Accepted=False NoMatchingListenerHostname, ResolvedRefs=True ResolvedRefs")]
    [InlineData(Parent, "\"a.example.com\"", "other", "Accepted=False NotAllowedByListeners, ResolvedRefs=False BackendNotFound")]
    [InlineData(""" "parentRefs": [{"name": "kgw", "namespace": "istio-system", "sectionName": "grpc"}]""", "", "shop", "Accepted=False NotAllowedByListeners, ResolvedRefs=True ResolvedRefs")]
    [InlineData(""" "parentRefs": [{"name": "none", "namespace": "istio-system"}]""", "", "shop", "")]
    [InlineData(""" "parentRefs": [{"name": "web", "group": "", "kind": "Service", "port": 80}]""", "", "shop", Good)]
    [InlineData(""" "parentRefs": [{"name": "none", "group": "", "kind": "Service"}]""", "", "shop", "Accepted=False NoMatchingParent, ResolvedRefs=True ResolvedRefs")]
    [InlineData(""" "parentRefs": [{"name": "web", "group": "apps", "kind": "Deployment"}]""", "", "shop", "")]
    public void Route_TellsHowItsParentTakesIt(string parents, string hostnames, string @namespace, string expected)
    {
        _mesh.Mesh.Translated.Mesh.Put(Namespace("shop", "team=a"), Namespace("other"));
        const string Selected = """ "allowedRoutes": {"namespaces": {"from": "Selector", "selector": {"matchLabels": {"team": "a"} } } """;
        _mesh.Gateway($$"""
            {"name": "http", "port": 80, "protocol": "HTTP", "hostname": "*.example.com", {{Selected}} } },
            {"name": "grpc", "port": 443, "protocol": "HTTP", "hostname": "*.example.com", {{Selected}}, "kinds": [{"kind": "GRPCRoute"}]} }
            """).Route(Rule("/"), hostnames: hostnames, parents: parents, @namespace: @namespace);

        Assert.Equal(expected, string.Join("; ", Route(@namespace).References.Select(r => Text(r.Conditions))));
    }

    [Theory]
    [InlineData("""{"backendRefs": [{"name": "none", "port": 80}]}""", "ResolvedRefs=False BackendNotFound")]
    [InlineData("""{"backendRefs": [{"name": "web", "port": 80, "kind": "Deployment", "group": "apps"}]}""", "ResolvedRefs=False InvalidKind")]
    [InlineData("""{"backendRefs": [{"name": "gateway", "namespace": "istio-system", "port": 80}]}""", "ResolvedRefs=False RefNotPermitted")]
    [InlineData("""{"backendRefs": [{"name": "web.shop", "port": 80}]}""", "ResolvedRefs=False InvalidDestination")]
    [InlineData("""{"backendRefs": [{"name": "web"}]}""", "ResolvedRefs=False InvalidDestination")]
    [InlineData("""{"filters": [{"type": "Own"}], "backendRefs": [{"name": "web", "port": 80}]}""", "ResolvedRefs=False InvalidFilter")]
    [InlineData("""{"filters": [{"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "none", "port": 80}}}], "backendRefs": [{"name": "web", "port": 80}]}""", "ResolvedRefs=False BackendNotFound")]
    [InlineData("""{"backendRefs": [{"name": "none", "port": 80}]}, {"backendRefs": [{"name": "web", "port": 80, "kind": "Own", "group": "x"}]}""", "ResolvedRefs=False InvalidKind")]
    [InlineData("""{"backendRefs": [{"name": "web", "port": 80, "weight": 0}]}""", "ResolvedRefs=True ResolvedRefs")]
    public void Route_TellsWhatItsRulesReferTo(string rules, string expected)
    {
        _mesh.Gateway().Route(rules);

        Assert.Equal($"Accepted=True Accepted, {expected}", Text(Assert.Single(Route().References).Conditions));
    }

    [Fact]
    public void Route_WithSeveralParents_TellsEachAsItIsWritten()
    {
        _mesh.Gateway().Route(
            """{"backendRefs": [{"name": "gateway", "namespace": "istio-system", "port": 80}]}""",
            parents: """ "parentRefs": [{"name": "web", "group": "", "kind": "Service"}, {"name": "kgw", "namespace": "istio-system", "sectionName": "http", "port": 80}, {"name": "other"}]""");

        Assert.Equal(
            [
                """{"group":"","kind":"Service","name":"web"}""" + $" {Good}",
                """{"group":"gateway.networking.k8s.io","kind":"Gateway","namespace":"istio-system","name":"kgw","sectionName":"http","port":80}""" + " Accepted=True Accepted, ResolvedRefs=False RefNotPermitted",
            ],
            Route().References.Select(r => $"{r.ReferenceJson} {Text(r.Conditions)}"));
    }

    [Theory]
    [InlineData("TCPRoute", """ "port": 80, "protocol": "TCP" """)]
    [InlineData("TLSRoute", """ "port": 443, "protocol": "TLS", "tls": {"mode": "Passthrough"} """)]
    [InlineData("GRPCRoute", """ "port": 80, "protocol": "HTTP" """)]
    public void Routes_OfOtherKinds_AreToldToo(string kind, string listener)
    {
        _mesh.Gateway($$"""{"name": "x", {{listener}}, "allowedRoutes": {"namespaces": {"from": "All"} } }""")
            .Put(kind, "shop", "route", $$"""{ {{Parent}}, "rules": [{"backendRefs": [{"name": "none", "port": 80}]}]}""");

        var status = _mesh.Status(kind, "shop", "route")!;
        Assert.Equal("Accepted=True Accepted, ResolvedRefs=False BackendNotFound", Text(Assert.Single(status.References).Conditions));
        Assert.Equal(1, Assert.Single(Gateway().Listeners!.Value).Routes);
    }

    [Theory]
    [InlineData("All", "Accepted=True Accepted, Programmed=True Programmed")]
    [InlineData("Same", "Accepted=False NotAllowed, Programmed=False NotAllowed")]
    public void ListenerSet_TellsWhetherItsGatewayTakesIt(string from, string expected)
    {
        _mesh.Gateway(more: $$""", "allowedListeners": {"namespaces": {"from": "{{from}}"} }""")
            .Put("ListenerSet", "shop", "set", """{"parentRef": {"name": "kgw", "namespace": "istio-system"}, "listeners": [{"name": "x", "port": 443, "protocol": "HTTP"}, {"name": "y", "port": 443, "protocol": "HTTP"}]}""")
            .Route(Rule("/"), parents: """ "parentRefs": [{"name": "set", "kind": "ListenerSet"}]""");

        var status = _mesh.Status("ListenerSet", "shop", "set")!;
        Assert.Equal(expected, Text(status.Conditions));
        var taken = from == "All";
        Assert.Equal(taken ? ["x 1", "y 0"] : [], status.Listeners!.Value.Select(l => $"{l.Name} {l.Routes}"));
        Assert.Equal(taken ? 1 : null, Gateway().AttachedListenerSets);
        Assert.Equal(taken ? Good : "Accepted=False NoMatchingParent, ResolvedRefs=True ResolvedRefs", Text(Assert.Single(Route().References).Conditions));
    }

    [Theory]
    [InlineData("""{"name": "x", "port": 80, "protocol": "HTTP"}""", "HostnameConflict")]
    [InlineData("""{"name": "x", "port": 443, "protocol": "HTTPS"}""", "UnsupportedProtocol")]
    [InlineData("""{"name": "x", "protocol": "TCP"}""", "UnsupportedProtocol")]
    public void ListenerSet_OfWhichNothingIsServed_IsNotAccepted(string listener, string reason)
    {
        _mesh.Gateway(more: """, "allowedListeners": {"namespaces": {"from": "All"} }""")
            .Put("ListenerSet", "shop", "set", $$"""{"parentRef": {"name": "kgw", "namespace": "istio-system"}, "listeners": [{{listener}}]}""");

        Assert.Equal(reason, Assert.Single(_mesh.Status("ListenerSet", "shop", "set")!.Listeners!.Value).Conditions[0].Reason);
        Assert.Equal("Accepted=False ListenersNotValid, Programmed=False ListenersNotValid", Text(_mesh.Status("ListenerSet", "shop", "set")!.Conditions));
        Assert.Null(Gateway().AttachedListenerSets);
    }

    [Theory]
    [InlineData("web", "ConfigMap", "ca", Good)]
    [InlineData("web", "ConfigMap", "none", "Accepted=False NoValidCACertificate, ResolvedRefs=False InvalidCACertificateRef")]
    [InlineData("web", "Secret", "ca", "Accepted=False NoValidCACertificate, ResolvedRefs=False InvalidKind")]
    [InlineData("none", "ConfigMap", "ca", "Accepted=False TargetNotFound, ResolvedRefs=True ResolvedRefs")]
    public void Policy_TellsItsTargetsAndTheGatewaysThatLeadThere(string target, string kind, string roots, string expected)
    {
        _mesh.Mesh.Translated.Mesh.Put(new ConfigMap { Meta = Meta("shop", "ca"), Data = Map("ca.crt=A") });
        _mesh.Gateway().Route(Rule("/")).Put("BackendTLSPolicy", "shop", "p", $$"""
            {"targetRefs": [{"group": "", "kind": "Service", "name": "{{target}}"}], "validation": {"hostname": "h", "caCertificateRefs": [{"group": "", "kind": "{{kind}}", "name": "{{roots}}"}]} }
            """);

        var references = _mesh.Status("BackendTLSPolicy", "shop", "p")!.References;
        Assert.Equal(
            target == "none" ? ["istio.io/mesh-controller"] : ["istio.io/mesh-controller", "istio.io/gateway-controller"], references.Select(r => r.Controller));
        Assert.All(references, r => Assert.Equal(expected, Text(r.Conditions)));
    }

    [Fact]
    public void Policy_ThatIsIgnored_SaysSo()
    {
        _mesh.Gateway().Route(Rule("/")).Mesh.Translated.Mesh.Put(new ConfigObject
        {
            Meta = Meta("shop", "p", annotations: "istio.io/ignore-policy-attachment=true"), ApiVersion = "v1", Kind = "gateway.networking.k8s.io/BackendTLSPolicy",
            SpecJson = """{"targetRefs": [{"group": "", "kind": "Service", "name": "web"}], "validation": {"hostname": "h", "wellKnownCACertificates": "System"}}""",
        });

        Assert.Equal("Accepted=False IgnoredByIstio", Text(Assert.Single(_mesh.Status("BackendTLSPolicy", "shop", "p")!.References).Conditions));
    }

    [Fact]
    public void Policies_ForOneTarget_Conflict()
    {
        const string Spec = """{"targetRefs": [{"group": "", "kind": "Service", "name": "web"}], "validation": {"hostname": "h", "wellKnownCACertificates": "System"}}""";
        _mesh.Put("BackendTLSPolicy", "shop", "old", Spec, age: 1).Put("BackendTLSPolicy", "shop", "young", Spec);

        Assert.Equal(Good, Text(Assert.Single(_mesh.Status("BackendTLSPolicy", "shop", "old")!.References).Conditions));
        Assert.Equal("Accepted=False Conflicted, ResolvedRefs=True ResolvedRefs", Text(Assert.Single(_mesh.Status("BackendTLSPolicy", "shop", "young")!.References).Conditions));
    }

    private static string Text(IEnumerable<ConditionFinding> conditions) => string.Join(", ", conditions.Select(c => $"{c.Type}={c.Holds} {c.Reason}"));

    private ObjectStatus Gateway() => _mesh.Status("Gateway", "istio-system", "kgw")!;

    private ObjectStatus Route(string @namespace = "shop") => _mesh.Status("HTTPRoute", @namespace, "route")!;
}
