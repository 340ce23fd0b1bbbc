using ControlPlane.Xds.Subscriptions;
using Envoy.Service.Discovery.V3;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace ControlPlane.Xds.Streams;

/// <summary>Reads the two request messages.</summary>
internal static class RequestReader
{
    // What the parser makes of invalid UTF-8.
    private const char Replacement = '\uFFFD';

    /// <summary>Reads a DiscoveryRequest.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: a name is not text.</exception>
    public static IncomingRequest Read(DiscoveryRequest message) => new(
        message.Node,
        message.TypeUrl,
        new SotwRequest(Names("resource_names", message.TypeUrl, message.ResourceNames, message.ResourceLocators))
        {
            Nonce = message.ResponseNonce,
            Error = Error(message.ErrorDetail),
            Version = message.VersionInfo,
        });

    /// <summary>Reads a DeltaDiscoveryRequest.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: a name is not text.</exception>
    public static IncomingRequest Read(DeltaDiscoveryRequest message) => new(
        message.Node,
        message.TypeUrl,
        new DeltaRequest(
            Names("resource_names_subscribe", message.TypeUrl, message.ResourceNamesSubscribe, message.ResourceLocatorsSubscribe),
            Names("resource_names_unsubscribe", message.TypeUrl, message.ResourceNamesUnsubscribe, message.ResourceLocatorsUnsubscribe))
        {
            Nonce = message.ResponseNonce,
            Error = Error(message.ErrorDetail),
            InitialVersions = message.InitialResourceVersions,
        });

    private static IReadOnlyCollection<string> Names(
        string field, string typeUrl, IReadOnlyList<string> names, IReadOnlyList<ResourceLocator> locators)
    {
        foreach (var name in names)
        {
            if (name.Contains(Replacement))
                throw new RpcException(new Status(StatusCode.InvalidArgument, $"{field} of {typeUrl} has a name that is not valid UTF-8: '{name}'"));
        }

        if (locators.Count > 0)
        {
            throw new RpcException(new Status(
                StatusCode.InvalidArgument, $"{field} of {typeUrl} is given by resource locators, which are not supported; name the resources"));
        }

        return names.Count == 0 ? [] : (IReadOnlyCollection<string>)names;
    }

    private static NackDetail? Error(RpcStatus? detail) => detail is null ? null : new NackDetail(detail.Code, detail.Message);
}
