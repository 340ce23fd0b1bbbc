using ControlPlane.Xds.Subscriptions;
using Envoy.Config.Core.V3;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>A stream of either variant.</summary>
public interface IAdsCall : IDisposable
{
    Task SendAsync(string typeUrl, SubscriptionRequest request, Node? node);

    /// <summary>The next response, null at the end.</summary>
    Task<ReceivedResponse?> ReceiveAsync();

    Task CompleteAsync();

    /// <summary>ControlPlane.identifier of the last response.</summary>
    string LastIdentifier { get; }
}
