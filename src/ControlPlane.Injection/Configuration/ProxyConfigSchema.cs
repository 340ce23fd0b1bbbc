using System.Collections.Frozen;

namespace ControlPlane.Injection.Configuration;

/// <summary>
/// The fields of istio.mesh.v1alpha1.ProxyConfig and of the messages in it, with their kinds, in the order of their JSON. A field is written
/// name:kind, with |oneof where it is in one. Kinds: string, int32, uint32, double, bool; Bool, Int32, Int64 (wrappers, whose zeros count); duration;
/// name in [] for lists, in {} for maps of strings; =Enum; @Message.
/// </summary>
internal static class ProxyConfigSchema
{
    public const string Root = "ProxyConfig";

    private static readonly FrozenDictionary<string, FieldSpec[]> Messages = new Dictionary<string, string>
    {
        [Root] =
            """
            configPath:string binaryPath:string serviceCluster:string|clusterName tracingServiceName:=TracingServiceName|clusterName drainDuration:duration
            discoveryAddress:string discoveryRefreshDelay:duration zipkinAddress:string statsdUdpAddress:string envoyMetricsServiceAddress:string
            proxyAdminPort:int32 availabilityZone:string controlPlaneAuthPolicy:=AuthenticationPolicy customConfigFile:string statNameLength:int32
            concurrency:Int32 proxyBootstrapTemplatePath:string interceptionMode:=InterceptionMode tracing:@Tracing sds:@SDS
            envoyAccessLogService:@RemoteService envoyMetricsService:@RemoteService proxyMetadata:{string} runtimeValues:{string} statusPort:int32
            extraStatTags:[string] gatewayTopology:@Topology terminationDrainDuration:duration meshId:string readinessProbe:@ReadinessProbe
            proxyStatsMatcher:@StatsMatcher holdApplicationUntilProxyStarts:Bool caCertificatesPem:[string] image:@Image
            privateKeyProvider:@PrivateKeyProvider proxyHeaders:@ProxyHeaders fileFlushInterval:duration fileFlushMinSizeKb:uint32 statsCompression:Bool
            connectionSettings:@ConnectionSettings
            """,
        ["Tracing"] =
            """
            zipkin:@Address|tracer lightstep:@Lightstep|tracer datadog:@Address|tracer stackdriver:@Stackdriver|tracer openCensusAgent:@OpenCensus|tracer
            customTags:{@CustomTag} maxPathTagLength:uint32 sampling:double tlsSettings:@TlsSettings enableIstioTags:Bool
            """,
        ["Address"] = "address:string",
        ["Lightstep"] = "address:string accessToken:string",
        ["Stackdriver"] = "debug:bool maxNumberOfAttributes:Int64 maxNumberOfAnnotations:Int64 maxNumberOfMessageEvents:Int64",
        ["OpenCensus"] = "address:string context:[=TraceContext]",
        ["CustomTag"] = "literal:@Literal|type environment:@Named|type header:@Named|type",
        ["Literal"] = "value:string",
        ["Named"] = "name:string defaultValue:string",
        ["SDS"] = "enabled:bool k8sSaJwtPath:string",
        ["RemoteService"] = "address:string tlsSettings:@TlsSettings tcpKeepalive:@TcpKeepalive",
        ["TcpKeepalive"] = "probes:uint32 time:duration interval:duration",
        ["TlsSettings"] =
            """
            mode:=TlsMode clientCertificate:string privateKey:string caCertificates:string credentialName:string subjectAltNames:[string] sni:string
            insecureSkipVerify:Bool caCrl:string
            """,
        ["Topology"] = "numTrustedProxies:uint32 forwardClientCertDetails:=ForwardClientCertDetails proxyProtocol:@Empty",
        ["Empty"] = "",
        ["ReadinessProbe"] =
            """
            initialDelaySeconds:int32 timeoutSeconds:int32 periodSeconds:int32 successThreshold:int32 failureThreshold:int32
            httpGet:@HttpCheck|check tcpSocket:@TcpCheck|check exec:@ExecCheck|check grpc:@GrpcCheck|check
            """,
        ["HttpCheck"] = "path:string port:uint32 host:string scheme:string httpHeaders:[@HttpHeader]",
        ["HttpHeader"] = "name:string value:string",
        ["TcpCheck"] = "host:string port:uint32",
        ["ExecCheck"] = "command:[string]",
        ["GrpcCheck"] = "port:uint32 service:string",
        ["StatsMatcher"] = "inclusionPrefixes:[string] inclusionSuffixes:[string] inclusionRegexps:[string]",
        ["Image"] = "imageType:string",
        ["PrivateKeyProvider"] = "cryptomb:@KeyProvider|provider qat:@KeyProvider|provider",
        ["KeyProvider"] = "pollDelay:duration fallback:Bool",
        ["ProxyHeaders"] =
            """
            forwardedClientCert:=ForwardClientCertDetails setCurrentClientCertDetails:@ClientCertDetails requestId:@Disabled server:@Server
            attemptCount:@Disabled envoyDebugHeaders:@Disabled metadataExchangeHeaders:@ExchangeHeaders preserveHttp1HeaderCase:Bool
            xForwardedHost:@Enabled xForwardedPort:@Enabled
            """,
        ["Disabled"] = "disabled:Bool",
        ["Enabled"] = "enabled:Bool",
        ["Server"] = "disabled:Bool value:string",
        ["ExchangeHeaders"] = "mode:=ExchangeMode",
        ["ClientCertDetails"] = "subject:Bool cert:Bool chain:Bool dns:Bool uri:Bool",
        ["ConnectionSettings"] =
            """
            profile:=ConnectionProfile listenerPerConnectionBufferLimitBytes:Int32 clusterPerConnectionBufferLimitBytes:Int32 httpIdleTimeout:duration
            httpMaxConnectionDuration:duration httpDrainTimeout:duration httpRequestTimeout:duration httpRequestHeadersTimeout:duration
            httpStreamIdleTimeout:duration httpMaxStreamDuration:duration httpMaxConcurrentStreams:Int32 http2InitialStreamWindowSize:Int32
            http2InitialConnectionWindowSize:Int32 httpHeadersWithUnderscoresAction:=UnderscoresAction httpMergeSlashes:Bool
            httpPathWithEscapedSlashesAction:=EscapedSlashesAction listenerConnectionLimit:Int32 globalDownstreamConnectionLimit:Int32
            """,
    }.ToFrozenDictionary(entry => entry.Key, entry => Fields(entry.Value));

    private static readonly FrozenDictionary<string, (string Name, int Number)[]> Enums = new Dictionary<string, string>
    {
        ["TracingServiceName"] = "APP_LABEL_AND_NAMESPACE=0 CANONICAL_NAME_ONLY=1 CANONICAL_NAME_AND_NAMESPACE=2",
        ["AuthenticationPolicy"] = "NONE=0 MUTUAL_TLS=1 INHERIT=1000",
        ["InterceptionMode"] = "REDIRECT=0 TPROXY=1 NONE=2",
        ["TraceContext"] = "UNSPECIFIED=0 W3C_TRACE_CONTEXT=1 GRPC_BIN=2 CLOUD_TRACE_CONTEXT=3 B3=4",
        ["TlsMode"] = "DISABLE=0 SIMPLE=1 MUTUAL=2 ISTIO_MUTUAL=3",
        ["ForwardClientCertDetails"] = "UNDEFINED=0 SANITIZE=1 FORWARD_ONLY=2 APPEND_FORWARD=3 SANITIZE_SET=4 ALWAYS_FORWARD_ONLY=5",
        ["ExchangeMode"] = "UNDEFINED=0 IN_MESH=1",
        ["ConnectionProfile"] = "SIDECAR=0 EDGE=1",
        ["UnderscoresAction"] =
            """
            HEADERS_WITH_UNDERSCORES_UNSPECIFIED=0 HEADERS_WITH_UNDERSCORES_ALLOW=1 HEADERS_WITH_UNDERSCORES_REJECT_REQUEST=2
            HEADERS_WITH_UNDERSCORES_DROP_HEADER=3
            """,
        ["EscapedSlashesAction"] =
            "PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED=0 KEEP_UNCHANGED=1 REJECT_REQUEST=2 UNESCAPE_AND_REDIRECT=3 UNESCAPE_AND_FORWARD=4",
    }.ToFrozenDictionary(entry => entry.Key, entry => Numbers(entry.Value));

    /// <summary>The fields of a message, in the order of its JSON.</summary>
    public static FieldSpec[] FieldsOf(string message) => Messages[message];

    /// <summary>The names and numbers of an enum.</summary>
    public static (string Name, int Number)[] NamesOf(string name) => Enums[name];

    private static FieldSpec[] Fields(string text) => Words(text).Select(FieldSpec.Parse).ToArray();

    private static (string, int)[] Numbers(string text) => Words(text)
        .Select(word => word.Split('=')).Select(pair => (pair[0], int.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture))).ToArray();

    private static string[] Words(string text) => text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
