using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy.Capabilities;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;

namespace ControlPlane.Translation.Envoy.Secrets;

/// <summary>Which secrets a proxy asks the control plane for, once it has a resource.</summary>
public static class ServedSecrets
{
    /// <summary>Names of the secrets that a listener or cluster fetches over the stream that brought it; a name may come several times.</summary>
    public static IEnumerable<string> NamedBy(IMessage resource)
    {
        var collector = new Collector();
        ResourceWalk.Copy(resource, [collector]);
        return collector.Names;
    }

    private sealed class Collector : Substitution
    {
        public List<string> Names { get; } = [];

        public override bool AppliesTo(ProxyCapabilities capabilities) => true;

        public override void Edit(SdsSecretConfig reference)
        {
            if (reference.SdsConfig?.Ads is not null)
                Names.Add(reference.Name);
        }
    }
}
