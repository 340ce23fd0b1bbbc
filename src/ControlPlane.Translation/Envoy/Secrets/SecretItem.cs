using ControlPlane.Translation.Envoy.Names;
using Istio.Mesh.V1Alpha1;

namespace ControlPlane.Translation.Envoy.Secrets;

/// <summary>Names a secret as a class of proxies gets it.</summary>
/// <param name="Reference">The object that it comes from; null for files of the proxy.</param>
/// <param name="Resource">Name of the resource.</param>
/// <param name="KeyProvider">What handles private keys in the proxy, null for the proxy itself.</param>
public sealed record SecretItem(SecretReference? Reference, string Resource, Frozen<PrivateKeyProvider>? KeyProvider);
