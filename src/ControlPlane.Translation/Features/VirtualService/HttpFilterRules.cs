using ControlPlane.Translation.Features.Validation;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>What Istio's validation demands of faults and CORS.</summary>
/// <param name="problems">Where faults go.</param>
/// <param name="path">Path of the route.</param>
internal sealed class HttpFilterRules(Problems problems, string path)
{
    private const double MinimumPercent = 0.0001;
    private const double MaxPercent = 100;
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE", "*"];

    /// <summary>Checks a route.</summary>
    public void Check(HTTPRoute route)
    {
        CheckFault(route.Fault, $"{path}.fault");
        CheckCors(route.CorsPolicy, $"{path}.corsPolicy");
    }

    private void CheckFault(HTTPFaultInjection? fault, string field)
    {
        if (fault is null)
            return;
        problems.Require(fault.Abort is not null || fault.Delay is not null, field, "abort or delay is required");
        CheckPercentage(fault.Abort?.Percentage, $"{field}.abort.percentage");
        CheckPercentage(fault.Delay?.Percentage, $"{field}.delay.percentage");
        switch (fault.Abort?.ErrorTypeCase)
        {
            case HTTPFaultInjection.Types.Abort.ErrorTypeOneofCase.GrpcStatus:
                problems.Require(GrpcStatus.IsKnown(fault.Abort.GrpcStatus), $"{field}.abort.grpcStatus", $"'{fault.Abort.GrpcStatus}' is no status of gRPC");
                break;
            case HTTPFaultInjection.Types.Abort.ErrorTypeOneofCase.Http2Error:
                problems.Error($"{field}.abort.http2Error", "it is not supported");
                break;
            case HTTPFaultInjection.Types.Abort.ErrorTypeOneofCase.HttpStatus:
                problems.Require(fault.Abort.HttpStatus is >= 200 and <= 600, $"{field}.abort.httpStatus", "a status from 200 to 599 is required");
                break;
            case HTTPFaultInjection.Types.Abort.ErrorTypeOneofCase.None:
                problems.Warn($"{field}.abort", "it has no effect without httpStatus or grpcStatus");
                break;
        }

        problems.Require(fault.Delay?.ExponentialDelay is null, $"{field}.delay.exponentialDelay", "it is not supported");
        DestinationChecks.Duration(fault.Delay?.FixedDelay, $"{field}.delay.fixedDelay", problems);
    }

    private void CheckPercentage(Percent? share, string field) =>
        problems.Require(share is null or { Value: 0 or (>= MinimumPercent and <= MaxPercent) }, field, "0 or a percentage from 0.0001 is required");

    private void CheckCors(CorsPolicy? cors, string field)
    {
        if (cors is null)
            return;
        for (var i = 0; i < cors.AllowOrigins.Count; i++)
        {
            var origin = cors.AllowOrigins[i];
            problems.Require(origin.Exact.Length + origin.Prefix.Length + origin.Regex.Length > 0, $"{field}.allowOrigins[{i}]", "an origin is required");
            if (origin.Regex.Length > 0 && Re2Syntax.Fault(origin.Regex) is { } fault)
                problems.Error($"{field}.allowOrigins[{i}].regex", fault);
        }

        foreach (var method in cors.AllowMethods)
            problems.Require(Methods.Contains(method), $"{field}.allowMethods", $"'{method}' is no method");
        foreach (var name in cors.AllowHeaders)
            problems.Require(name == "*" || HeaderRules.IsName(name), $"{field}.allowHeaders", $"'{name}' is no name of a header");
        foreach (var name in cors.ExposeHeaders)
            problems.Require(name == "*" || HeaderRules.IsName(name), $"{field}.exposeHeaders", $"'{name}' is no name of a header");
        DestinationChecks.Duration(cors.MaxAge, $"{field}.maxAge", problems);
        problems.Require(cors.MaxAge is null or { Nanos: 0 }, $"{field}.maxAge", "whole seconds are required");
    }
}
