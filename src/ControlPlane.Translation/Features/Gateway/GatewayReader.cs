using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;
using Message = Istio.Networking.V1Alpha3.Gateway;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>Reads Gateway objects.</summary>
internal static class GatewayReader
{
    private const string Any = "*";

    /// <summary>Reads one object.</summary>
    public static Parsed<GatewaySpec> Read(ConfigObject source) => SpecReader.Parse<Message, GatewaySpec>(
        source,
        (message, problems) => GatewayRules.Check(message, source.Key, problems),
        message => new GatewaySpec
        {
            Key = source.Key,
            CreationTime = source.Meta.CreationTime,
            Selector = LabelMap.From(message.Selector),
            Servers = message.Servers.Select(s => Server(s, source.Key)).ToEquatableArray(),
        });

    private static GatewayServer Server(Server source, ObjectKey gateway) => new()
    {
        Gateway = gateway,
        Port = (int)source.Port.Number,
        PortName = source.Port.Name,
        ProtocolText = source.Port.Protocol,
        Protocol = Protocols.OfWord(source.Port.Protocol),
        Hosts = Hosts(source.Hosts, gateway.Namespace),
        Bind = source.Bind,
        Name = source.Name,
        Tls = source.Tls?.Freeze(),
    };

    /// <summary>"./host" is for the Gateway's own namespace, "*/host" for every; "*/*" makes all others superfluous.</summary>
    private static EquatableArray<string> Hosts(IEnumerable<string> hosts, string ownNamespace)
    {
        var result = new List<string>();
        foreach (var host in hosts)
        {
            if (host == "*/*")
                return [Any];
            result.Add(host.StartsWith("./", StringComparison.Ordinal) ? $"{ownNamespace}/{host[2..]}"
                : host.StartsWith("*/", StringComparison.Ordinal) ? host[2..]
                : host);
        }

        return result.ToEquatableArray();
    }
}
