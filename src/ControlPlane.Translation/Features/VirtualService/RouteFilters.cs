using ControlPlane.Translation.Envoy;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Common.Fault.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Type.Matcher.V3;
using Istio.Networking.V1Alpha3;
using EnvoyCors = Envoy.Extensions.Filters.Http.Cors.V3.CorsPolicy;
using IstioCors = Istio.Networking.V1Alpha3.CorsPolicy;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>What routes ask of filters: faults and CORS.</summary>
internal static class RouteFilters
{
    private const uint All = 100;

    /// <summary>Adds the configurations of a route, sorted by filter.</summary>
    public static void Add(Route route, HTTPRoute source)
    {
        if (source.CorsPolicy is { } cors)
            route.TypedPerFilterConfig["envoy.filters.http.cors"] = ProtoJson.Pack(Cors(cors));
        if (source.Fault is { } fault)
            route.TypedPerFilterConfig["envoy.filters.http.fault"] = ProtoJson.Pack(Fault(fault));
    }

    private static HTTPFault Fault(HTTPFaultInjection source)
    {
        var result = new HTTPFault();
        if (source.Delay is { FixedDelay: { } fixedDelay } delay)
        {
            result.Delay = new FaultDelay
            {
                FixedDelay = fixedDelay,
                Percentage = delay.Percentage is { } percent ? Percentages.Of(percent) : Percentages.Of((uint)Math.Max(0, delay.Percent)),
            };
        }

        switch (source.Abort?.ErrorTypeCase)
        {
            case HTTPFaultInjection.Types.Abort.ErrorTypeOneofCase.HttpStatus:
                result.Abort = new FaultAbort { HttpStatus = (uint)source.Abort.HttpStatus };
                break;
            case HTTPFaultInjection.Types.Abort.ErrorTypeOneofCase.GrpcStatus:
                result.Abort = new FaultAbort { GrpcStatus = GrpcStatus.Code(source.Abort.GrpcStatus) };
                break;
        }

        if (result.Abort is not null && source.Abort?.Percentage is { } share)
            result.Abort.Percentage = Percentages.Of(share);
        return result;
    }

    private static EnvoyCors Cors(IstioCors source)
    {
        var result = new EnvoyCors
        {
            ForwardNotMatchingPreflights = source.UnmatchedPreflights != IstioCors.Types.UnmatchedPreflights.Ignore,
            FilterEnabled = new RuntimeFractionalPercent { DefaultValue = Percentages.Of(All) },
            AllowCredentials = source.AllowCredentials,
            AllowHeaders = string.Join(',', source.AllowHeaders),
            AllowMethods = string.Join(',', source.AllowMethods),
            ExposeHeaders = string.Join(',', source.ExposeHeaders),
            MaxAge = source.MaxAge is { } age ? age.Seconds.ToString(System.Globalization.CultureInfo.InvariantCulture) : "",
        };
        result.AllowOriginStringMatch.AddRange(source.AllowOrigins.Count > 0
            ? source.AllowOrigins.Select(StringMatches.Convert).OfType<StringMatcher>()
            : source.AllowOrigin.Select(o => new StringMatcher { Exact = o }));
        return result;
    }
}
