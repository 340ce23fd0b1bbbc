using ControlPlane.Translation.Tests.Support;
using Envoy.Config.Core.V3;
using Envoy.Config.Trace.V3;
using Envoy.Extensions.AccessLoggers.File.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Features.Telemetry;

public class ProviderFormatsTests
{
    [Theory]
    [InlineData("""{"accessLogFile":"/dev/stdout","accessLogEncoding":"JSON"}""", 24)]
    [InlineData("""{"accessLogFile":"/dev/stdout","accessLogEncoding":"JSON","accessLogFormat":"{}"}""", 0)]
    [InlineData("""{"accessLogFile":"/dev/stdout","accessLogEncoding":"JSON","accessLogFormat":"{\"a\":\"b\"}"}""", 1)]
    [InlineData("""{"defaultProviders":{"accessLogging":["own"]},"extensionProviders":[{"name":"own","envoyFileAccessLog":{"logFormat":{"labels":{}}}}]}""", 24)]
    public void Json_FieldsOfTheMesh_AreTakenAsGivenEvenIfNone(string settings, int fields) => Assert.Equal(fields, Log(settings)!.JsonFormat.Fields.Count);

    [Fact]
    public void File_FormatThatSaysNothing_IsLeftToTheProxy() => Assert.Null(
        Log("""{"defaultProviders":{"accessLogging":["own"]},"extensionProviders":[{"name":"own","envoyFileAccessLog":{"logFormat":{}}}]}"""));

    [Theory]
    [InlineData("""{"resource.opentelemetry.io/service.name":"shop-front"}""", "shop-front")]
    [InlineData("""{"resource.opentelemetry.io/service.name":""}""", "client-v1")]
    [InlineData("""{"other":"shop-front"}""", "client-v1")]
    public void OpenTelemetry_SemanticConventions_TakeTheNameOfTheAnnotationFirst(string annotations, string expected)
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Settings("""
            {"defaultProviders":{"tracing":["otel"]},"extensionProviders":[{"name":"otel","opentelemetry":
               {"service":"a.shop.svc.cluster.local","port":80,"serviceAttributeEnrichment":"OTEL_SEMANTIC_CONVENTIONS"}}]}
            """);

        var tracing = Manager(mesh, ("ANNOTATIONS", annotations), ("WORKLOAD_NAME", "\"client-v1\"")).Tracing;
        Assert.Equal(expected, tracing.Provider.TypedConfig.Unpack<OpenTelemetryConfig>().ServiceName);
    }

    private static SubstitutionFormatString? Log(string settings)
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Settings(settings);
        return Manager(mesh).AccessLog[0].TypedConfig.Unpack<FileAccessLog>().LogFormat;
    }

    private static HttpConnectionManager Manager(TranslatedMesh mesh, params (string Key, string Json)[] metadata)
    {
        mesh.Mesh.Put(Service("shop", "a", "http:80"));
        return mesh.Listener(TranslatedMesh.Sidecar(metadata: metadata), "0.0.0.0_80")!.FilterChains[0].Filters[^1].TypedConfig.Unpack<HttpConnectionManager>();
    }
}
