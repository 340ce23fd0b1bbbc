namespace ControlPlane.Translation.Envoy.Schema;

/// <summary>Bytes are not a message in protobuf's wire format, or nest too deep.</summary>
internal sealed class WireException(string message) : Exception(message);
