using System.Text.Json.Nodes;

namespace ControlPlane.Kubernetes.Writers.Statuses;

/// <summary>Edits the status of an object as it was just read, in place: only what is this writer's. Called again where another was faster. Pure.</summary>
/// <param name="status">The status; empty where there is none yet.</param>
/// <param name="now">The time.</param>
public delegate void StatusEdit(JsonObject status, DateTimeOffset now);
