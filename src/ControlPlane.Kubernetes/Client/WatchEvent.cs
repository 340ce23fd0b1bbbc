using System.Text.Json;

namespace ControlPlane.Kubernetes.Client;

/// <summary>One event of a watch.</summary>
/// <param name="Type">ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.</param>
/// <param name="Object">The object; undefined where it could not be read. Valid only while the event is handled.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Fault">Why the object could not be read; "" where it could.</param>
internal readonly record struct WatchEvent(string Type, JsonElement Object, string Namespace, string Name, string Fault);
