using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features;
using ControlPlane.Translation.Features.AuthorizationPolicy;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Features.RequestAuthentication;
using ControlPlane.Translation.Features.ServiceEntry;
using ControlPlane.Translation.Features.Sidecar;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Features.WorkloadEntry;
using ControlPlane.Translation.Tests.Support;
using Google.Protobuf.Reflection;
using static ControlPlane.Testing.Meshes.Objects;
using static ControlPlane.Translation.Tests.Support.Rules;

namespace ControlPlane.Translation.Tests.Features;

/// <summary>Every field of a kind has an effect on some proxy, or the user is told that it has none.</summary>
public sealed class FieldLedgerTests
{
    private const string A = "a.shop.svc.cluster.local";

    private static readonly ProxyDescriptor[] Proxies =
    [
        TranslatedMesh.Sidecar() with { Labels = Map("app=x;version=v1"), Locality = new ProxyLocality("r1", "z1", "s1") },
        TranslatedMesh.Sidecar("shop", "10.1.0.1", "a-1"),
        TranslatedMesh.Sidecar("other", "10.9.0.3"),
        TranslatedMesh.Gateway() with { Labels = Map("istio=ingressgateway;tier=edge"), Network = "n2" },
    ];

    [Fact]
    public void VirtualService_EveryField_IsReadOrReported()
    {
        var ledger = Ledger("VirtualService", Istio.Networking.V1Alpha3.VirtualService.Descriptor, VirtualServices.Object);
        // Both are always refused.
        AssertNone(ledger.Silent(VirtualServiceSamples), "Abort.http2Error", "Delay.exponentialDelay");
    }

    [Fact]
    public void DestinationRule_EveryField_IsReadOrReported()
    {
        var ledger = Ledger("DestinationRule", Istio.Networking.V1Alpha3.DestinationRule.Descriptor, DestinationRules.Object);
        // The message as a whole is reported.
        AssertNone(
            ledger.Silent(DestinationRuleSamples),
            "BackendUtilizationLB.errorUtilizationPenaltyPercent", "BackendUtilizationLB.metricNamesForComputingUtilization",
            "BackendUtilizationLB.weightExpirationPeriod", "BackendUtilizationLB.weightStabilizationPeriod", "BackendUtilizationLB.weightUpdatePeriod");
    }

    [Fact]
    public void Sidecar_EveryField_IsReadOrReported()
    {
        var ledger = Ledger("Sidecar", Istio.Networking.V1Alpha3.Sidecar.Descriptor, Sidecars.Object);
        // A target port is refused; TLS settings are reported as a whole.
        AssertNone([.. ledger.Silent(SidecarSamples).Where(f => !f.StartsWith("ServerTLSSettings.", StringComparison.Ordinal) && !f.StartsWith("TLSCertificate.", StringComparison.Ordinal))], "SidecarPort.targetPort");
    }

    [Fact]
    public void ServiceEntry_EveryField_IsReadOrReported()
    {
        var ledger = Ledger("ServiceEntry", Istio.Networking.V1Alpha3.ServiceEntry.Descriptor, ServiceEntries.Object);
        AssertNone(ledger.Silent(ServiceEntrySamples));
    }

    [Fact]
    public void WorkloadEntry_EveryField_IsReadOrReported()
    {
        var ledger = Ledger("WorkloadEntry", Istio.Networking.V1Alpha3.WorkloadEntry.Descriptor, WorkloadEntries.Object);
        AssertNone(ledger.Silent(WorkloadEntrySamples));
    }

    [Fact]
    public void Gateway_EveryField_IsReadOrReported()
    {
        var ledger = Ledger("Gateway", Istio.Networking.V1Alpha3.Gateway.Descriptor, Gateways.Object);
        // A target port is always refused.
        AssertNone(ledger.Silent(GatewaySamples), "Port.targetPort");
    }

    [Fact]
    public void AuthorizationPolicy_EveryField_IsReadOrReported()
    {
        var ledger = Ledger("AuthorizationPolicy", Istio.Security.V1Beta1.AuthorizationPolicy.Descriptor, AuthorizationPolicies.Object);
        AssertNone(ledger.Silent(AuthorizationPolicySamples));
    }

    [Fact]
    public void RequestAuthentication_EveryField_IsReadOrReported()
    {
        var ledger = Ledger("RequestAuthentication", Istio.Security.V1Beta1.RequestAuthentication.Descriptor, RequestAuthentications.Object);
        AssertNone(ledger.Silent(RequestAuthenticationSamples));
    }

    /// <summary>The same field means something in every message that holds it, not only in one of them.</summary>
    [Fact]
    public void EveryPlaceOfAField_IsReadOrReported()
    {
        // What balances by utilization is reported as a whole. The name of a listener's port is for people, and a target port other than 0 is refused.
        AssertNone(
            [
                .. Places("AuthorizationPolicy", Istio.Security.V1Beta1.AuthorizationPolicy.Descriptor, AuthorizationPolicies.Object, AuthorizationPolicySamples),
                .. Places("DestinationRule", Istio.Networking.V1Alpha3.DestinationRule.Descriptor, DestinationRules.Object, DestinationRuleSamples)
                    .Where(place => !place.Contains(".backendUtilization.", StringComparison.Ordinal)),
                .. Places("Gateway", Istio.Networking.V1Alpha3.Gateway.Descriptor, Gateways.Object, GatewaySamples),
                .. Places("RequestAuthentication", Istio.Security.V1Beta1.RequestAuthentication.Descriptor, RequestAuthentications.Object, RequestAuthenticationSamples),
                .. Places("ServiceEntry", Istio.Networking.V1Alpha3.ServiceEntry.Descriptor, ServiceEntries.Object, ServiceEntrySamples),
                .. Places("Sidecar", Istio.Networking.V1Alpha3.Sidecar.Descriptor, Sidecars.Object, SidecarSamples),
                .. Places("VirtualService", Istio.Networking.V1Alpha3.VirtualService.Descriptor, VirtualServices.Object, VirtualServiceSamples),
                .. Places("WorkloadEntry", Istio.Networking.V1Alpha3.WorkloadEntry.Descriptor, WorkloadEntries.Object, WorkloadEntrySamples),
            ],
            "Sidecar egress.port.name", "Sidecar egress.port.targetPort");
    }

    private static IEnumerable<string> Places<TSpec>(string kind, MessageDescriptor descriptor, Derivation<ObjectKey, Parsed<TSpec>> read, string[] samples)
        where TSpec : class => Ledger(kind, descriptor, read).SilentPlaces(samples).Select(place => $"{kind} {place}");

    private static void AssertNone(IReadOnlyList<string> silent, params string[] refused) =>
        Assert.True(silent.SequenceEqual(refused), $"silent: {string.Join(' ', silent.Except(refused))}; not silent: {string.Join(' ', refused.Except(silent))}");

    private static readonly string[] VirtualServiceSamples =
    [
        """
        {"hosts":["a"],"http":[
          {"name":"r1","match":[{"name":"m","uri":{"prefix":"/a"},"scheme":{"exact":"http"},"method":{"regex":"G.*"},"authority":{"exact":"a"},"headers":{"x":{"exact":"1"}},
             "queryParams":{"q":{"exact":"1"}},"ignoreUriCase":true,"withoutHeaders":{"y":{"exact":"1"}},"statPrefix":"s"}],
           "route":[{"destination":{"host":"a","subset":"v1","port":{"number":80}},"weight":1,"headers":{"request":{"set":{"a":"1"},"add":{"b":"2"},"remove":["c"]},"response":{"set":{"a":"1"},"add":{"b":"2"},"remove":["c"]}}},
                    {"destination":{"host":"b"},"weight":2}],
           "rewrite":{"uri":"/r","authority":"w"},"timeout":"3s",
           "retries":{"attempts":3,"perTryTimeout":"1s","retryOn":"5xx","retryRemoteLocalities":true,"retryIgnorePreviousHosts":false,"backoff":"1s"},
           "fault":{"delay":{"fixedDelay":"1s","percentage":{"value":5}},"abort":{"httpStatus":500,"percentage":{"value":1}}},
           "mirror":{"host":"b"},"mirrorPercentage":{"value":5},"headers":{"request":{"set":{"h":"1"}}},
           "corsPolicy":{"allowOrigins":[{"exact":"o"}],"allowMethods":["GET"],"allowHeaders":["h"],"exposeHeaders":["e"],"maxAge":"60s","allowCredentials":true,"unmatchedPreflights":"IGNORE"}},
          {"match":[{"uri":{"prefix":"/b"}}],"route":[{"destination":{"host":"a"}}],"rewrite":{"uriRegexRewrite":{"match":"a","rewrite":"b"}},
           "mirrors":[{"destination":{"host":"b"},"percentage":{"value":5}}],"fault":{"abort":{"grpcStatus":"UNAVAILABLE"}},"corsPolicy":{"allowOrigin":["o"]}},
          {"match":[{"uri":{"prefix":"/c"}}],"route":[{"destination":{"host":"a"}}],"mirror":{"host":"b"},"mirrorPercent":5,"fault":{"delay":{"fixedDelay":"1s","percent":5}}},
          {"match":[{"uri":{"exact":"/d"}}],"redirect":{"uri":"/x","authority":"h","redirectCode":302,"port":81,"scheme":"https"}},
          {"match":[{"uri":{"prefix":"/e"}}],"redirect":{"prefixRewrite":"/x","authority":"h","derivePort":"FROM_REQUEST_PORT","scheme":"https"}},
          {"match":[{"uri":{"prefix":"/f"}}],"directResponse":{"status":503,"body":{"string":"no"}}},
          {"match":[{"uri":{"prefix":"/g"}}],"directResponse":{"status":503,"body":{"bytes":"bm8="}}},
          {"match":[{"uri":{"prefix":"/h"}}],"delegate":{"name":"leaf","namespace":"other"}}]}
        """,
        """
        {"hosts":["a"],"http":[
          {"match":[{"uri":{"prefix":"/1"},"port":81}],"route":[{"destination":{"host":"a"}}]},
          {"match":[{"uri":{"prefix":"/2"},"sourceLabels":{"app":"y"}}],"route":[{"destination":{"host":"a"}}]},
          {"match":[{"uri":{"prefix":"/3"},"sourceNamespace":"third"}],"route":[{"destination":{"host":"a"}}]},
          {"match":[{"uri":{"prefix":"/4"},"gateways":["other/gw"]}],"route":[{"destination":{"host":"a"}}]}]}
        """,
        """{"hosts":["a"],"exportTo":["third"],"http":[{"route":[{"destination":{"host":"b"}}]}]}""",
        """{"hosts":["a"],"gateways":["other/gw"],"http":[{"route":[{"destination":{"host":"b"}}]}]}""",
        $$$"""
        {"hosts":["{{{A}}}","*.{{{A}}}"],
         "tcp":[{"match":[{"destinationSubnets":["10.0.0.0/8"],"sourceSubnet":"10.0.0.0/8"}],"route":[{"destination":{"host":"b"},"weight":1},{"destination":{"host":"a"},"weight":2}]},
                {"match":[{"port":91}],"route":[{"destination":{"host":"b"}}]},{"match":[{"sourceLabels":{"app":"y"}}],"route":[{"destination":{"host":"b"}}]},
                {"match":[{"gateways":["other/gw"]}],"route":[{"destination":{"host":"b"}}]},{"match":[{"sourceNamespace":"third"}],"route":[{"destination":{"host":"b"}}]}],
         "tls":[{"match":[{"sniHosts":["{{{A}}}","*.{{{A}}}"],"destinationSubnets":["10.0.0.0/8"]}],"route":[{"destination":{"host":"b"}}]},
                {"match":[{"sniHosts":["{{{A}}}"],"port":91}],"route":[{"destination":{"host":"b"}}]},{"match":[{"sniHosts":["{{{A}}}"],"sourceLabels":{"app":"y"}}],"route":[{"destination":{"host":"b"}}]},
                {"match":[{"sniHosts":["{{{A}}}"],"gateways":["other/gw"]}],"route":[{"destination":{"host":"b"}}]},{"match":[{"sniHosts":["{{{A}}}"],"sourceNamespace":"third"}],"route":[{"destination":{"host":"b"}}]}]}
        """,
    ];

    private static readonly string[] AuthorizationPolicySamples =
    [
        """
        {"selector":{"matchLabels":{"app":"x"}},"action":"DENY","rules":[
          {"from":[{"source":{"principals":["a","b"],"notPrincipals":["c"],"requestPrincipals":["d/e"],"notRequestPrincipals":["f/g"],"namespaces":["h"],"notNamespaces":["i"],
                              "ipBlocks":["10.0.0.1"],"notIpBlocks":["10.0.0.2"],"remoteIpBlocks":["10.0.0.3"],"notRemoteIpBlocks":["10.0.0.4"]}},
                   {"source":{"serviceAccounts":["j"],"notServiceAccounts":["k"],"trustDomains":["l"],"notTrustDomains":["m"]}}],
           "to":[{"operation":{"hosts":["a"],"notHosts":["b"],"methods":["c"],"notMethods":["d"],"paths":["/e"],"notPaths":["/f"],"ports":["1"],"notPorts":["2"]}}],
           "when":[{"key":"request.headers[x]","values":["a"],"notValues":["b"]}]}]}
        """,
        """{"selector":{"matchLabels":{"app":"x"}},"action":"CUSTOM","provider":{"name":"check"},"rules":[{"to":[{"operation":{"paths":["/a"]}}]}]}""",
        """{"targetRefs":[{"group":"gateway.networking.k8s.io","kind":"Gateway","name":"g","namespace":"other"}],"rules":[{}]}""",
        """{"targetRef":{"group":"gateway.networking.k8s.io","kind":"Gateway","name":"g","namespace":"other"},"rules":[{}]}""",
    ];

    private static readonly string[] RequestAuthenticationSamples =
    [
        """
        {"selector":{"matchLabels":{"app":"x"}},"jwtRules":[
          {"issuer":"a","audiences":["b"],"jwks":"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}","fromHeaders":[{"name":"c","prefix":"d"}],"fromParams":["e"],"fromCookies":["f"],
           "outputPayloadToHeader":"g","forwardOriginalToken":true,"outputClaimToHeaders":[{"header":"h","claim":"i"}],"spaceDelimitedClaims":["j"],"timeout":"0s","presence":"REQUIRED"}]}
        """,
        """{"selector":{"matchLabels":{"app":"x"}},"jwtRules":[{"issuer":"a","jwksUri":"https://keys.example/jwks"}]}""",
        """{"targetRefs":[{"group":"gateway.networking.k8s.io","kind":"Gateway","name":"g","namespace":"other"}],"jwtRules":[{"issuer":"a","jwksUri":"https://keys.example/jwks"}]}""",
        """{"targetRef":{"group":"gateway.networking.k8s.io","kind":"Gateway","name":"g","namespace":"other"},"jwtRules":[{"issuer":"a","jwksUri":"https://keys.example/jwks"}]}""",
    ];

    private static readonly string[] DestinationRuleSamples =
    [
        """
        {"host":"a","trafficPolicy":{
          "connectionPool":{"tcp":{"maxConnections":5,"connectTimeout":"2s","tcpKeepalive":{"probes":3,"time":"5s","interval":"6s"},"maxConnectionDuration":"7s","idleTimeout":"8s"},
            "http":{"http1MaxPendingRequests":5,"http2MaxRequests":6,"maxRequestsPerConnection":7,"maxRetries":8,"idleTimeout":"9s","h2UpgradePolicy":"UPGRADE","maxConcurrentStreams":5,"http2KeepAlive":{"interval":"3s","timeout":"4s"}}},
          "outlierDetection":{"consecutiveErrors":3,"interval":"4s","baseEjectionTime":"5s","maxEjectionPercent":50,"minHealthPercent":20,"consecutiveGatewayErrors":5,"consecutive5xxErrors":6,
            "splitExternalLocalOriginErrors":true,"consecutiveLocalOriginFailures":7,"outlierDetectionHttpErrorCodes":[503]},
          "loadBalancer":{"simple":"ROUND_ROBIN","warmup":{"duration":"5s","minimumPercent":20,"aggression":2},"localityLbSetting":{"enabled":true,"failover":[{"from":"r1","to":"r2"}]}},
          "tls":{"mode":"MUTUAL","clientCertificate":"/c","privateKey":"/k","caCertificates":"/a","caCrl":"/l","subjectAltNames":["n"],"sni":"s"},
          "proxyProtocol":{"version":"V2"},"retryBudget":{"percent":30,"minRetryConcurrency":5,"budgetInterval":"10s"}},
         "subsets":[{"name":"v1","labels":{"version":"v1"},"trafficPolicy":{"connectionPool":{"tcp":{"maxConnections":9}}}}]}
        """,
        """{"host":"a","exportTo":["third"],"trafficPolicy":{"connectionPool":{"tcp":{"maxConnections":5}}}}""",
        """{"host":"a","workloadSelector":{"matchLabels":{"app":"x"}},"trafficPolicy":{"connectionPool":{"http":{"useClientProtocol":true}},"tunnel":{"protocol":"POST","targetHost":"t.org","targetPort":99}}}""",
        """
        {"host":"a","trafficPolicy":{"tls":{"mode":"SIMPLE","insecureSkipVerify":true},"loadBalancer":{"consistentHash":{"httpCookie":{"name":"c","path":"/p","ttl":"5s","attributes":[{"name":"n","value":"v"}]},"ringHash":{"minimumRingSize":2048}}},
          "portLevelSettings":[{"port":{"number":81},"loadBalancer":{"consistentHash":{"httpHeaderName":"x","maglev":{"tableSize":101}}},"connectionPool":{"tcp":{"maxConnections":3}},"outlierDetection":{"consecutive5xxErrors":3},"tls":{"mode":"SIMPLE","credentialName":"configmap://shop/c"}}]}}
        """,
        """{"host":"a","trafficPolicy":{"loadBalancer":{"consistentHash":{"useSourceIp":true,"minimumRingSize":4096}},"tls":{"mode":"SIMPLE","credentialName":"configmap://shop/c"}}}""",
        """{"host":"a","trafficPolicy":{"loadBalancer":{"consistentHash":{"httpQueryParameterName":"q"}},"outlierDetection":{"consecutive5xxErrors":3,"splitExternalLocalOriginErrors":true}}}""",
        """{"host":"a","trafficPolicy":{"loadBalancer":{"simple":"ROUND_ROBIN","warmupDurationSecs":"5s","localityLbSetting":{"distribute":[{"from":"r1/*","to":{"r1/*":80,"r2/*":20}}]}}}}""",
        """{"host":"a","trafficPolicy":{"outlierDetection":{"consecutive5xxErrors":3},"loadBalancer":{"localityLbSetting":{"enabled":true,"failoverPriority":["version"]}}}}""",
        """{"host":"a","trafficPolicy":{"outlierDetection":{"consecutive5xxErrors":3},"loadBalancer":{"zoneAwareLbSetting":{"enabled":true,"failover":[{"from":"r1","to":"r2"}],"minClusterSize":3}}}}""",
        """{"host":"a","trafficPolicy":{"outlierDetection":{"consecutive5xxErrors":3},"loadBalancer":{"zoneAwareLbSetting":{"enabled":true,"failoverPriority":["version"]}}}}""",
        """
        {"host":"a","trafficPolicy":{"loadBalancer":{"backendUtilization":{"weightStabilizationPeriod":"5s","weightExpirationPeriod":"6s","weightUpdatePeriod":"7s","errorUtilizationPenaltyPercent":8,"metricNamesForComputingUtilization":["m"]}}}}
        """,
    ];

    private static readonly string[] SidecarSamples =
    [
        """
        {"workloadSelector":{"labels":{"app":"x"}},
         "egress":[{"port":{"number":80,"protocol":"HTTP","name":"h","targetPort":0},"bind":"127.0.0.9","captureMode":"NONE","hosts":["shop/*"]},{"hosts":["other/*"]}],
         "ingress":[{"port":{"number":8080,"protocol":"HTTP","name":"in"},"bind":"10.9.0.1","captureMode":"NONE","defaultEndpoint":"127.0.0.1:9090","connectionPool":{"tcp":{"maxConnections":3}}},
                    {"port":{"number":8081,"protocol":"GRPC","name":"more"},"defaultEndpoint":"127.0.0.1:9091"}],
         "inboundConnectionPool":{"tcp":{"maxConnections":5,"connectTimeout":"2s","tcpKeepalive":{"probes":3,"time":"5s","interval":"6s"},"maxConnectionDuration":"7s","idleTimeout":"8s"},
            "http":{"http1MaxPendingRequests":5,"http2MaxRequests":6,"maxRequestsPerConnection":7,"maxRetries":8,"idleTimeout":"9s","h2UpgradePolicy":"UPGRADE","maxConcurrentStreams":5,"http2KeepAlive":{"interval":"3s","timeout":"4s"}}},
         "outboundTrafficPolicy":{"mode":"ALLOW_ANY","egressProxy":{"host":"a.shop.svc.cluster.local","subset":"v1","port":{"number":80}}}}
        """,
        """{"egress":[{"hosts":["shop/*","other/*"]}],"outboundTrafficPolicy":{"mode":"REGISTRY_ONLY"},"inboundConnectionPool":{"http":{"useClientProtocol":true},"tcp":{"idleTimeout":"8s"}}}""",
        """{"outboundTrafficPolicy":{"mode":"ALLOW_ANY"},"ingress":[{"port":{"number":8080,"protocol":"HTTP","name":"in"},"connectionPool":{"http":{"useClientProtocol":true},"tcp":{"idleTimeout":"8s"}}}]}""",
    ];

    private static readonly string[] ServiceEntrySamples =
    [
        """
        {"hosts":["subject.example.org","more.example.org"],"addresses":["10.97.0.1","10.97.0.2"],"location":"MESH_INTERNAL","resolution":"STATIC","exportTo":["*"],"subjectAltNames":["spiffe://x/ns/a/sa/b"],
         "ports":[{"number":80,"protocol":"HTTP","name":"http","targetPort":8080},{"number":88,"protocol":"HTTP2","name":"tcp"}],
         "endpoints":[{"address":"10.5.0.1","ports":{"http":8088,"tcp":99},"labels":{"version":"v1","security.istio.io/tlsMode":"istio"},"network":"n1","locality":"r1/z1/s1","weight":5,"serviceAccount":"sa"},{"address":"10.5.0.2","locality":"r2/z1/s1"}]}
        """,
        """{"hosts":["subject.example.org"],"resolution":"STATIC","location":"MESH_INTERNAL","ports":[{"number":80,"protocol":"HTTP","name":"http"}],"workloadSelector":{"labels":{"app":"vm"}}}""",
        """
        {"hosts":["subject.example.org"],"exportTo":["third"],"resolution":"STATIC","ports":[{"number":80,"protocol":"HTTP","name":"http"}],
         "endpoints":[{"address":"10.5.0.1","ports":{"http":8088}}]}
        """,
        """{"hosts":["subject.example.org"],"resolution":"STATIC","ports":[{"number":80,"protocol":"HTTP","name":"http"}],"endpoints":[{"address":"10.5.0.1","ports":{"http":8088}}]}""",
        """{"hosts":["subject.example.org"],"resolution":"DNS","location":"MESH_EXTERNAL","ports":[{"number":80,"protocol":"HTTP","name":"http"}]}""",
    ];

    private static readonly string[] WorkloadEntrySamples =
    [
        """{"address":"10.5.0.9","ports":{"http":8088,"other":99},"labels":{"app":"vm","security.istio.io/tlsMode":"istio"},"network":"n1","locality":"r1/z1/s1","weight":5,"serviceAccount":"sa"}""",
        """{"address":"10.5.0.9","ports":{"http":8088,"other":99},"labels":{"app":"vm"}}""",
    ];

    private static readonly string[] GatewaySamples =
    [
        """
        {"selector":{"istio":"ingressgateway","tier":"edge"},"servers":[
          {"port":{"number":80,"protocol":"HTTP","name":"http"},"hosts":["a.example.com","b.example.com"],"bind":"10.0.0.1","defaultEndpoint":"127.0.0.1:80"},
          {"port":{"number":81,"protocol":"HTTP","name":"redirect"},"hosts":["a.example.com"],"tls":{"httpsRedirect":true}},
          {"port":{"number":91,"protocol":"TCP","name":"tcp"},"hosts":["*"],"name":"server"}]}
        """,
        """
        {"servers":[{"port":{"number":443,"protocol":"HTTPS","name":"https"},"hosts":["a.example.com"],"name":"server",
          "tls":{"mode":"MUTUAL","serverCertificate":"/c","privateKey":"/k","caCertificates":"/ca","caCrl":"/crl","subjectAltNames":["n"],"minProtocolVersion":"TLSV1_2","maxProtocolVersion":"TLSV1_3",
                 "cipherSuites":["ECDHE-RSA-AES256-GCM-SHA384","AES128-SHA"],"ecdhCurves":["P-256","X25519"],"verifyCertificateSpki":["x"],"insecureSkipVerify":true}}]}
        """,
        """{"servers":[{"port":{"number":443,"protocol":"HTTPS","name":"https"},"hosts":["a.example.com"],"tls":{"mode":"MUTUAL","credentialName":"c","verifyCertificateHash":["y"],"caCertCredentialName":"d"}}]}""",
        """{"servers":[{"port":{"number":443,"protocol":"HTTPS","name":"https"},"hosts":["a.example.com"],"tls":{"mode":"SIMPLE","credentialNames":["c","d"]}}]}""",
        """{"servers":[{"port":{"number":443,"protocol":"HTTPS","name":"https"},"hosts":["a.example.com"],"tls":{"mode":"MUTUAL","caCertificates":"/ca","tlsCertificates":[{"serverCertificate":"/c","privateKey":"/k","caCertificates":"/x"},{"serverCertificate":"/c2","privateKey":"/k2"}]}}]}""",
        """{"servers":[{"port":{"number":443,"protocol":"HTTPS","name":"https"},"hosts":["a.example.com"],"tls":{"mode":"SIMPLE","serverCertificate":"/c","privateKey":"/k","verifyCertificateHash":["y"]}}]}""",
    ];

    private static FieldLedger Ledger<TSpec>(string kind, MessageDescriptor descriptor, Derivation<ObjectKey, Parsed<TSpec>> read)
        where TSpec : class
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Settings("""{"inboundClusterStatName":"%SERVICE%_%SERVICE_PORT_NAME%"}""");
        mesh.Mesh.Put(
            Service("shop", "a", "http:80 http-b:81 tcp:90 tls:92", "10.96.0.1"), Service("shop", "b", "http:80", "10.96.0.2"), Service("other", "c", "http:80", "10.96.0.3"),
            Pod("shop", "a-1", "10.1.0.1", "app=a;version=v1;security.istio.io/tlsMode=istio;istio-locality=r1.z1.s1"),
            Pod("shop", "a-2", "10.1.0.2", "app=a;version=v2;security.istio.io/tlsMode=istio;istio-locality=r1.z1.s1"),
            Pod("shop", "a-4", "10.1.0.4", "app=a;version=v1;security.istio.io/tlsMode=istio;istio-locality=r2.z1.s1"),
            Pod("shop", "a-3", "10.1.0.3", "app=a;version=v3;security.istio.io/tlsMode=istio;istio-locality=r3.z1.s1"),
            Slice("shop", "a", "http:8080 http-b:8081 tcp:9090 tls:9092", "10.1.0.1=a-1", "10.1.0.2=a-2", "10.1.0.3=a-3", "10.1.0.4=a-4"),
            VirtualServiceOf("shop", "edge", """
                {"hosts":["*"],"gateways":["shop/subject"],"http":[{"route":[{"destination":{"host":"a","port":{"number":80}}}]}],"tcp":[{"route":[{"destination":{"host":"a","port":{"number":90}}}]}]}
                """),
            VirtualServiceOf("other", "leaf", """{"http":[{"route":[{"destination":{"host":"c"}}]}]}"""));
        mesh.Mesh.Apply([ModelChange.Upsert.Of(Tables.MeshNetworks, new ConfigObject
        {
            Meta = Meta("", "istio"), ApiVersion = "v1", Kind = "MeshNetworks",
            SpecJson = """{"networks":{"n1":{"endpoints":[{"fromRegistry":"far"}],"gateways":[{"address":"10.77.0.1","port":15443}]}}}""",
        })]);
        if (kind == "RequestAuthentication")
            mesh.Mesh.Put(KeySources.Fetched("https://keys.example/jwks", """{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"""));
        if (kind == "ServiceEntry")
        {
            mesh.Mesh.Put(new ConfigObject
            {
                ApiVersion = "networking.istio.io/v1", Kind = "WorkloadEntry", Meta = Meta("shop", "vm"),
                SpecJson = """{"address":"10.5.0.9","ports":{"http":8088},"labels":{"app":"vm"}}""",
            });
        }
        else if (kind == "WorkloadEntry")
        {
            mesh.Mesh.Put(new ConfigObject
            {
                ApiVersion = "networking.istio.io/v1", Kind = "ServiceEntry", Meta = Meta("shop", "vms"),
                SpecJson = """
                    {"hosts":["subject.example.org"],"resolution":"STATIC","location":"MESH_INTERNAL","workloadSelector":{"labels":{"app":"vm"}},
                     "ports":[{"number":80,"protocol":"HTTP","name":"http"}]}
                    """,
            });
        }

        if (kind != "DestinationRule")
            mesh.Mesh.Put(DestinationRuleOf("shop", "subsets", """{"host":"a","subsets":[{"name":"v1","labels":{"version":"v1"}}]}"""));
        if (kind != "VirtualService")
            mesh.Mesh.Put(VirtualServiceOf("shop", "connections", """{"hosts":["b"],"http":[{"route":[{"destination":{"host":"a","subset":"v1"}}]}]}"""));
        return new FieldLedger(descriptor, spec => Outcome(mesh, kind, spec, read));
    }

    /// <summary>What the proxies have and the user is told; null where the object is refused.</summary>
    private static string? Outcome<TSpec>(TranslatedMesh mesh, string kind, string spec, Derivation<ObjectKey, Parsed<TSpec>> read)
        where TSpec : class
    {
        var key = new ObjectKey("shop", "subject");
        mesh.Mesh.Put(new ConfigObject { ApiVersion = "networking.istio.io/v1", Kind = kind, Meta = Meta(key.Namespace, key.Name), SpecJson = spec });
        var parsed = mesh.Mesh.Get(read, key);
        if (parsed.Spec is null)
            return null;
        var resources = Proxies.SelectMany(p => new[] { XdsType.Listener, XdsType.Route, XdsType.Cluster, XdsType.Endpoint }
            .SelectMany(t => mesh.Set(t, p, t == XdsType.Endpoint ? ["outbound|80||" + A, "outbound|80|v1|" + A, "outbound|80||subject.example.org", "outbound|88||subject.example.org"] : []).Resources.Select(r => $"{p.Id} {t} {r.Name} {r.Version}")));
        return string.Join('\n', resources.Concat(parsed.Diagnostics.Select(d => d.ToString()!)));
    }
}
