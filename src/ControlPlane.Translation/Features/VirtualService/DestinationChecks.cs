using ControlPlane.Translation.Features.Validation;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>Demands that routes of requests and of connections share.</summary>
internal static class DestinationChecks
{
    private const int NanosPerMillisecond = 1_000_000;

    /// <summary>Checks a destination with its weight.</summary>
    /// <param name="destination">The destination, which is required.</param>
    /// <param name="weight">Its weight.</param>
    /// <param name="field">Path of what holds it, or its own.</param>
    /// <param name="problems">Where faults go.</param>
    /// <param name="nested">Whether the path is that of what holds it.</param>
    public static void Check(Destination? destination, int weight, string field, Problems problems, bool nested = true)
    {
        var path = nested ? $"{field}.destination" : field;
        problems.Require(weight >= 0, $"{field}.weight", "it must not be negative");
        problems.Require(destination is not null, path, "a destination is required");
        if (destination is null)
            return;
        problems.Require(destination.Host != "*" && NameRules.IsWildcardDomain(destination.Host), $"{path}.host", $"'{destination.Host}' is no host");
        problems.Require(destination.Subset.Length == 0 || NameRules.IsLabel(destination.Subset), $"{path}.subset", $"'{destination.Subset}' is no name of a subset");
        problems.Require(destination.Port is null || NameRules.IsPort(destination.Port.Number), $"{path}.port", $"{destination.Port?.Number} is no port");
    }

    /// <summary>Checks what a match says of the proxy.</summary>
    public static void StaticConditions(uint port, MapField<string, string> labels, RepeatedField<string> gateways, string field, Problems problems)
    {
        problems.Require(port == 0 || NameRules.IsPort(port), $"{field}.port", $"{port} is no port");
        foreach (var (key, value) in labels)
            problems.Require(NameRules.IsObjectLabel(key, value), $"{field}.sourceLabels[{key}]", "this is no label");
        VirtualServiceRules.CheckGateways(gateways, $"{field}.gateways", problems);
    }

    /// <summary>Checks a duration: whole milliseconds, at least one.</summary>
    public static void Duration(Duration? duration, string field, Problems problems) => problems.Require(
        duration is null || (duration.Nanos % NanosPerMillisecond == 0 && (duration.Seconds > 0 || duration is { Seconds: 0, Nanos: > 0 })),
        field,
        "whole milliseconds, at least one, are required");
}
