using System.Text.Json.Nodes;

namespace ControlPlane.Injection.Configuration;

/// <summary>Reads a YAML document; given by the host, since this project has no YAML reader.</summary>
/// <param name="text">The document.</param>
/// <returns>Its value; null for an empty one.</returns>
/// <exception cref="FormatException">It is not one well-formed document within the host's bounds.</exception>
public delegate JsonNode? YamlParser(string text);
