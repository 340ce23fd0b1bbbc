using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Envoy.ProxylessGrpc;

/// <summary>One type for both kinds of clients: Envoys get the resources of one family, proxyless gRPC clients those of another.</summary>
internal sealed class ProxylessFamily(ResourceFamily envoy, ResourceFamily grpc) : ResourceFamily
{
    /// <inheritdoc/>
    public override XdsType Type => envoy.Type;

    /// <inheritdoc/>
    public override bool DependsOnAsked(ProxyClass proxyClass) => Of(proxyClass).DependsOnAsked(proxyClass);

    /// <inheritdoc/>
    public override Derivation<ClassScope, ResourceSet> Bind(IResourceEncoder encoder)
    {
        var (forEnvoy, forGrpc) = (envoy.Bind(encoder), grpc.Bind(encoder));
        return new Derivation<ClassScope, ResourceSet>(
            $"{Type}.SetOfClient", (reader, scope) => reader.Get(scope.Class.IsGrpc ? forGrpc : forEnvoy, scope));
    }

    private ResourceFamily Of(ProxyClass proxyClass) => proxyClass.IsGrpc ? grpc : envoy;
}
