namespace ControlPlane.Injection.Configuration;

/// <summary>Chart values, mesh configuration or ProxyConfig can't be used; the message names the field and says why.</summary>
public sealed class InvalidConfigurationException(string message, Exception? cause = null) : Exception(message, cause);
