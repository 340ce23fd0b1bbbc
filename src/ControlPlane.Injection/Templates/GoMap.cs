using System.Text.Json.Nodes;

namespace ControlPlane.Injection.Templates;

/// <summary>A map that a template looks into.</summary>
/// <param name="Content">Its members.</param>
/// <param name="Kind">What a member that is not there is.</param>
internal sealed record GoMap(JsonObject Content, GoMapKind Kind);
