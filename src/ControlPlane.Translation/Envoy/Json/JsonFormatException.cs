namespace ControlPlane.Translation.Envoy.Json;

/// <summary>A JSON value does not fit its field; the message says what is expected.</summary>
internal sealed class JsonFormatException(string message) : Exception(message);
