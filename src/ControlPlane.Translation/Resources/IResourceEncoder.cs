using ControlPlane.Model.Delivery;

namespace ControlPlane.Translation.Resources;

/// <summary>Turns a message into shared bytes. Given by the engine, so that messages are not kept beside their bytes.</summary>
public interface IResourceEncoder
{
    /// <summary>
    /// The encoded resource, or null where the message may not be sent (a rule that every Envoy checks is broken); the reason
    /// is the encoder's to report.
    /// </summary>
    EncodedResource? Encode(EnvoyResource resource);
}
