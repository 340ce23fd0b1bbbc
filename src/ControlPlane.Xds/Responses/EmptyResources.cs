using System.Text;
using ControlPlane.Model.Delivery;

namespace ControlPlane.Xds.Responses;

/// <summary>
/// Resources without content, for names that a client waits for or keeps using although there is nothing behind them. Envoy ignores
/// the removal of an endpoint set in use and never finishes warming a listener whose route configuration was "removed".
/// </summary>
public static class EmptyResources
{
    // cluster_name of a ClusterLoadAssignment and name of a RouteConfiguration: both are field 1, a string.
    private const byte NameField = (1 << 3) | 2;

    /// <summary>A ClusterLoadAssignment without endpoints, or a RouteConfiguration without virtual hosts.</summary>
    /// <param name="type"><see cref="XdsType.Endpoint"/> or <see cref="XdsType.Route"/>.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentOutOfRangeException">The type has no empty resource.</exception>
    public static EncodedResource Create(XdsType type, string name)
    {
        if (type is not (XdsType.Endpoint or XdsType.Route))
            throw new ArgumentOutOfRangeException(nameof(type), type, "Only endpoints and routes have an empty resource.");
        var text = Encoding.UTF8.GetBytes(name);
        var lengthBytes = WireFormat.VarintSize(text.Length);
        var body = new byte[1 + lengthBytes + text.Length];
        body[0] = NameField;
        WireFormat.WriteVarint(body.AsSpan(1), text.Length);
        text.CopyTo(body, 1 + lengthBytes);
        using var version = new ContentVersion();
        return new EncodedResource(type, name, body, version.Add(type.MessageName()).Add(name).Add(body).ToString(), []);
    }
}
