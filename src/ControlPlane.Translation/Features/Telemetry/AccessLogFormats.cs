using ControlPlane.Translation.Envoy;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Formatter.ReqWithoutQuery.V3;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>How lines of access logs are written.</summary>
internal static class AccessLogFormats
{
    /// <summary>Istio's text format, which log tools know: a fact of compatibility.</summary>
    public const string DefaultText =
        "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% "
        + "%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% \"%UPSTREAM_TRANSPORT_FAILURE_REASON%\" %BYTES_RECEIVED% %BYTES_SENT% "
        + "%DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" "
        + "\"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% "
        + "%DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n";

    private const string ReqWithoutQuery = "%REQ_WITHOUT_QUERY";

    // Istio's names of the fields of JSON lines.
    private static readonly (string Name, string Value)[] DefaultFields =
    [
        ("authority", "%REQ(:AUTHORITY)%"),
        ("bytes_received", "%BYTES_RECEIVED%"),
        ("bytes_sent", "%BYTES_SENT%"),
        ("connection_termination_details", "%CONNECTION_TERMINATION_DETAILS%"),
        ("downstream_local_address", "%DOWNSTREAM_LOCAL_ADDRESS%"),
        ("downstream_remote_address", "%DOWNSTREAM_REMOTE_ADDRESS%"),
        ("duration", "%DURATION%"),
        ("method", "%REQ(:METHOD)%"),
        ("path", "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"),
        ("protocol", "%PROTOCOL%"),
        ("request_id", "%REQ(X-REQUEST-ID)%"),
        ("requested_server_name", "%REQUESTED_SERVER_NAME%"),
        ("response_code", "%RESPONSE_CODE%"),
        ("response_code_details", "%RESPONSE_CODE_DETAILS%"),
        ("response_flags", "%RESPONSE_FLAGS%"),
        ("route_name", "%ROUTE_NAME%"),
        ("start_time", "%START_TIME%"),
        ("upstream_cluster", "%UPSTREAM_CLUSTER_RAW%"),
        ("upstream_host", "%UPSTREAM_HOST%"),
        ("upstream_local_address", "%UPSTREAM_LOCAL_ADDRESS%"),
        ("upstream_service_time", "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%"),
        ("upstream_transport_failure_reason", "%UPSTREAM_TRANSPORT_FAILURE_REASON%"),
        ("user_agent", "%REQ(USER-AGENT)%"),
        ("x_forwarded_for", "%REQ(X-FORWARDED-FOR)%"),
    ];

    /// <summary>A text format; Istio's where it is empty. Ends in a line feed.</summary>
    public static SubstitutionFormatString Text(string format, bool omitEmptyValues)
    {
        var text = format.Length == 0 ? DefaultText : format.EndsWith('\n') ? format : format + "\n";
        var result = new SubstitutionFormatString { TextFormatSource = new DataSource { InlineString = text }, OmitEmptyValues = omitEmptyValues };
        result.Formatters.AddRange(Formatters([text]));
        return result;
    }

    /// <summary>A JSON format.</summary>
    /// <param name="fields">Its fields; null for Istio's.</param>
    /// <param name="omitEmptyValues">Whether empty values are left out.</param>
    public static SubstitutionFormatString Json(Struct? fields, bool omitEmptyValues)
    {
        var format = Sorted(fields ?? Defaults());
        var result = new SubstitutionFormatString { JsonFormat = format, JsonFormatOptions = new JsonFormatOptions(), OmitEmptyValues = omitEmptyValues };
        result.Formatters.AddRange(Formatters(format.Fields.Values.Select(v => v.StringValue)));
        return result;
    }

    /// <summary>The formatters that a text and the top-level texts of labels need beyond Envoy's own.</summary>
    public static IEnumerable<TypedExtensionConfig> Formatters(IEnumerable<string> texts) =>
        texts.Any(t => t.Contains(ReqWithoutQuery, StringComparison.Ordinal))
            ? [new TypedExtensionConfig { Name = "envoy.formatter.req_without_query", TypedConfig = ProtoJson.Pack(new ReqWithoutQuery()) }]
            : [];

    private static Struct Defaults()
    {
        var result = new Struct();
        foreach (var (name, value) in DefaultFields)
            result.Fields[name] = Value.ForString(value);
        return result;
    }

    /// <summary>The struct with its entries in order, at all depths, so that its bytes are.</summary>
    private static Struct Sorted(Struct source)
    {
        var result = new Struct();
        foreach (var (name, value) in source.Fields.OrderBy(f => f.Key, StringComparer.Ordinal))
            result.Fields[name] = value.KindCase == Value.KindOneofCase.StructValue ? Value.ForStruct(Sorted(value.StructValue)) : value;
        return result;
    }
}
