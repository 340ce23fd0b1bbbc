using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.EnvoyFilter;
using ControlPlane.Translation.Resources;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Google.Protobuf;
using ApplyTo = Istio.Networking.V1Alpha3.EnvoyFilter.Types.ApplyTo;

namespace ControlPlane.Translation.Envoy.Patches;

/// <summary>A listener or cluster that a patch adds.</summary>
/// <param name="Origin">The EnvoyFilter.</param>
/// <param name="Type">Its type.</param>
/// <param name="Name">Its name.</param>
/// <param name="Body">The message in bytes.</param>
public sealed record AddedResource(ObjectKey Origin, XdsType Type, string Name, ByteString Body)
{
    /// <summary>What a patch adds; null where it speaks of parts of resources, or names nothing.</summary>
    public static AddedResource? From(XdsType type, EnvoyPatch patch)
    {
        var name = (type, patch.ApplyTo) switch
        {
            (XdsType.Listener, ApplyTo.Listener) => patch.Read<Listener>().Name,
            (XdsType.Cluster, ApplyTo.Cluster) => patch.Read<Cluster>().Name,
            _ => "",
        };
        return name.Length == 0 ? null : new AddedResource(patch.Origin, type, name, patch.Value);
    }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, string.GetHashCode(Name), Body.Length);

    /// <summary>Makes the resource.</summary>
    public EnvoyResource Build()
    {
        IMessage message = Type == XdsType.Listener ? Listener.Parser.ParseFrom(Body) : Cluster.Parser.ParseFrom(Body);
        return new EnvoyResource(Type, Name, message) { References = ResourceReferences.Of(message), PatchedBy = [Origin] };
    }
}
