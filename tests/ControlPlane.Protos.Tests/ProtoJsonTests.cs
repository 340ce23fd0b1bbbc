using System.Text.Json.Nodes;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Json;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Extensions.Wasm.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Protos.Tests;

public class ProtoJsonTests
{
    [Fact]
    public void Any_WithoutTypeAndValue_IsPrintedAsAnEmptyObject()
    {
        Assert.Equal("""{"configuration":{}}""", ProtoJson.Print(new PluginConfig { Configuration = new Any() }));
    }

    [Fact]
    public void Any_OfAnUnknownType_KeepsItsBytes()
    {
        var any = new Any { TypeUrl = "type.googleapis.com/example.Unknown", Value = ByteString.CopyFrom(1, 2) };

        Assert.Equal("""{"@type":"type.googleapis.com/example.Unknown","value":"AQI="}""", ProtoJson.Print(any));
    }

    [Fact]
    public void Any_WithBrokenBytes_KeepsThem()
    {
        var any = new Any { TypeUrl = "type.googleapis.com/" + Node.Descriptor.FullName, Value = ByteString.CopyFrom(0x0a, 0x7f) };

        Assert.Equal("""{"@type":"type.googleapis.com/envoy.config.core.v3.Node","value":"Cn8="}""", ProtoJson.Print(any));
    }

    [Theory]
    [InlineData(0, 0, "0s")]
    [InlineData(3, 600_000_000, "3.600s")]
    [InlineData(0, 1_000, "0.000001s")]
    [InlineData(0, 1, "0.000000001s")]
    [InlineData(-1, -500_000_000, "-1.500s")]
    [InlineData(0, -500_000_000, "-0.500s")]
    [InlineData(long.MinValue, int.MinValue, "-9223372036854775808.2147483648s")]
    public void Duration_Printed_HasSecondsWithAFraction(long seconds, int nanos, string expected)
    {
        Assert.Equal(expected, ProtoJson.FormatDuration(new Duration { Seconds = seconds, Nanos = nanos }));
    }

    [Fact]
    public void Timestamp_OutOfRange_IsPrintedWithAWarningInsteadOfFailing()
    {
        string printed = ProtoJson.Print(new Timestamp { Seconds = long.MaxValue });

        Assert.Contains("Invalid Timestamp", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_OfEveryGeneratedClass_AreThoseOfItsDescriptor()
    {
        var wrong =
            from type in ProtoTypes.Registry.GetType().Assembly.GetTypes().Concat(typeof(Node).Assembly.GetTypes())
            where type.IsPublic && typeof(IMessage).IsAssignableFrom(type) && !type.IsAbstract && (type.Assembly == typeof(Node).Assembly || type.Namespace == typeof(Any).Namespace)
            let descriptor = (Google.Protobuf.Reflection.MessageDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!
            where descriptor.File.Name is not ("google/protobuf/api.proto" or "google/protobuf/source_context.proto" or "google/protobuf/type.proto")
            let packed = ProtoJson.Pack((IMessage)Activator.CreateInstance(type)!)
            where packed.TypeUrl != "type.googleapis.com/" + descriptor.FullName
            select descriptor.FullName;

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("""{"connectTimeout": "1.5s", "name": "a"}""", "")]
    [InlineData("""{"connect_timeout": "1m30s"}""", "")]
    [InlineData("""{"connectTimeout": "soon"}""", "connectTimeout: expected a duration such as 1.5s, found 'soon'")]
    [InlineData("""{"connectTimeout": 5}""", "connectTimeout: expected a string, found 5")]
    [InlineData("""{"lbPolicy": "NONE"}""", "lbPolicy: expected one of ROUND_ROBIN, LEAST_REQUEST, RING_HASH, RANDOM, MAGLEV, CLUSTER_PROVIDED, LOAD_BALANCING_POLICY_CONFIG, found \"NONE\"")]
    [InlineData("""{"nonsense": 1}""", "nonsense: this field does not exist and has no effect")]
    [InlineData("""{"perConnectionBufferLimitBytes": 4294967296}""", "perConnectionBufferLimitBytes: 4294967296 is out of range 0 to 4294967295")]
    [InlineData("""{"perConnectionBufferLimitBytes": "12"}""", "")]
    [InlineData("""{"outlierDetection": {"interval": []}}""", "outlierDetection.interval: expected a string, found []")]
    [InlineData("""{"filters": [{"name": 1}]}""", "filters[0].name: expected a string, found 1")]
    [InlineData("""{"filters": {}}""", "filters: expected a list, found {}")]
    [InlineData("""{"type": "STATIC", "clusterType": {}}""", ": only one of type, clusterType can be set")]
    [InlineData("""{"connectTimeout": "1s", "connect_timeout": "2s"}""", "connect_timeout: this field is given twice")]
    [InlineData("""[]""", ": expected a mapping, found []")]
    public void Json_ThatDoesNotFit_IsReportedWithItsPath(string json, string expected)
    {
        var problems = new List<JsonProblem>();
        using var document = System.Text.Json.JsonDocument.Parse(json);

        ProtoJson.Parse<Cluster>(document.RootElement, problems);

        Assert.Equal(expected, string.Join("; ", problems.Select(problem => $"{problem.Path}: {problem.Message}")));
    }

    [Fact]
    public void Json_NestedTooDeep_IsReportedInsteadOfOverflowing()
    {
        const int depth = 5000;
        var problems = new List<JsonProblem>();
        using var document = System.Text.Json.JsonDocument.Parse(
            string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth), new System.Text.Json.JsonDocumentOptions { MaxDepth = depth + 1 });

        ProtoJson.Parse<Struct>(document.RootElement, problems);

        Assert.Equal("nests too deep", Assert.Single(problems).Message);
    }

    [Fact]
    public void Bytes_ThatAreNoMessage_AreRefused()
    {
        using var writer = new System.Text.Json.Utf8JsonWriter(Stream.Null);

        Assert.Throws<ArgumentException>(() => ProtoJson.Write(writer, Node.Descriptor.FullName, [0x0a, 0x7f]));
        Assert.Throws<ArgumentException>(() => ProtoJson.Write(writer, "no.such.Message", []));
    }

    [Fact]
    public void Maps_FilledInAnyOrder_ArePrintedSorted()
    {
        var metadata = new Metadata();
        metadata.FilterMetadata["b"] = new Struct { Fields = { ["z"] = Value.ForNumber(1), ["a"] = Value.ForNull() } };
        metadata.FilterMetadata["a"] = new Struct();

        Assert.Equal("""{"filterMetadata":{"a":{},"b":{"a":null,"z":1}}}""", ProtoJson.Print(metadata));
    }

    [Fact]
    public void Secret_Redacted_HidesThePrivateKeyAndNothingElse()
    {
        var secret = new Secret
        {
            Name = "default",
            TlsCertificate = new TlsCertificate
            {
                CertificateChain = new DataSource { InlineString = "chain" },
                PrivateKey = new DataSource { InlineBytes = ByteString.CopyFromUtf8("key") },
            },
        };
        var packed = Any.Pack(secret);

        var printed = JsonNode.Parse(ProtoJson.Print(packed, redact: true))!["tlsCertificate"]!;

        Assert.Equal("chain", printed["certificateChain"]!["inlineString"]!.GetValue<string>());
        Assert.Equal(ProtoJson.Redacted, ByteString.FromBase64(printed["privateKey"]!["inlineBytes"]!.GetValue<string>()).ToStringUtf8());
    }

    [Theory]
    [MemberData(nameof(WellKnownValues))]
    public void WellKnownTypes_Printed_EqualGooglesForm(IMessage message)
    {
        var any = Any.Pack(message);
        var google = new JsonFormatter(JsonFormatter.Settings.Default.WithTypeRegistry(ProtoTypes.Registry));

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(google.Format(any)), JsonNode.Parse(ProtoJson.Print(any))), ProtoJson.Print(any));
    }

    public static TheoryData<IMessage> WellKnownValues() =>
    [
        new StringValue { Value = "" }, new BoolValue { Value = true }, new UInt64Value { Value = 7 }, new DoubleValue { Value = double.NaN },
        new BytesValue { Value = ByteString.CopyFrom(255) }, new Duration { Nanos = 1_000_000 }, new Timestamp { Seconds = 1 },
        new ListValue { Values = { Value.ForNull(), Value.ForString("x") } }, new Empty(), new Struct(), Value.ForBool(false),
        new FieldMask { Paths = { "a_b", "c" } },
        new RuntimeUInt32 { DefaultValue = 4, RuntimeKey = "k" }, new DataSource { InlineString = "" }, new TcpKeepalive { KeepaliveTime = 0 },
    ];
}
