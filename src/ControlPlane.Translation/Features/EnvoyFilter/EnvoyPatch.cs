using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using Google.Protobuf;
using ApplyTo = Istio.Networking.V1Alpha3.EnvoyFilter.Types.ApplyTo;
using ObjectMatch = Istio.Networking.V1Alpha3.EnvoyFilter.Types.EnvoyConfigObjectMatch;
using Operation = Istio.Networking.V1Alpha3.EnvoyFilter.Types.Patch.Types.Operation;
using PatchContext = Istio.Networking.V1Alpha3.EnvoyFilter.Types.PatchContext;

namespace ControlPlane.Translation.Features.EnvoyFilter;

/// <summary>One patch of an EnvoyFilter.</summary>
/// <param name="Origin">The EnvoyFilter.</param>
/// <param name="ApplyTo">What is patched.</param>
/// <param name="Operation">What is done. Insertions of what has no order are additions.</param>
/// <param name="Match">Which objects of which proxies.</param>
/// <param name="Value">The message of the patched kind in bytes; empty for a removal.</param>
public sealed record EnvoyPatch(ObjectKey Origin, ApplyTo ApplyTo, Operation Operation, Frozen<ObjectMatch> Match, ByteString Value)
{
    /// <summary>Whether the value is merged into what is there.</summary>
    public bool Merges => Operation is Operation.Merge or Operation.MergeAndReplaceList;

    /// <summary>Whether lists of the value take the place of those that are there.</summary>
    public bool ReplacesLists => Operation == Operation.MergeAndReplaceList;

    /// <summary>Whether the patch speaks of route configurations or what is in them.</summary>
    public bool ConcernsRoutes => ApplyTo is ApplyTo.RouteConfiguration or ApplyTo.VirtualHost or ApplyTo.HttpRoute;

    /// <summary>Whether the patch speaks of listeners or what is in them, routes aside.</summary>
    public bool ConcernsListeners =>
        ApplyTo is ApplyTo.Listener or ApplyTo.ListenerFilter or ApplyTo.FilterChain or ApplyTo.NetworkFilter or ApplyTo.HttpFilter;

    /// <summary>What is matched of a listener, null for any.</summary>
    internal Istio.Networking.V1Alpha3.EnvoyFilter.Types.ListenerMatch? Listener => Match.Message.Listener;

    /// <summary>What is matched of a route configuration, null for any.</summary>
    internal Istio.Networking.V1Alpha3.EnvoyFilter.Types.RouteConfigurationMatch? Routes => Match.Message.RouteConfiguration;

    /// <summary>What is matched of a cluster, null for any.</summary>
    internal Istio.Networking.V1Alpha3.EnvoyFilter.Types.ClusterMatch? Cluster => Match.Message.Cluster;

    /// <summary>Whether the patch speaks of objects of a context.</summary>
    public bool IsFor(PatchContext context) => Match.Message.Context == PatchContext.Any || Match.Message.Context == context;

    /// <summary>The value, to be written to by the caller.</summary>
    /// <typeparam name="T">Message of the patched kind.</typeparam>
    public T Read<T>()
        where T : IMessage<T>, new()
    {
        var message = new T();
        message.MergeFrom(Value);
        return message;
    }
}
