using System.Text.Json;
using ControlPlane.Kubernetes.Reflectors;

namespace ControlPlane.Health;

/// <summary>The health of the server in detail, as JSON.</summary>
internal static class HealthJson
{
    public static void Write(Utf8JsonWriter writer, HealthMonitor monitor, DateTimeOffset now)
    {
        var lines = monitor.Look();
        writer.WriteStartObject();
        writer.WriteBoolean("ready", lines.All(line => line.State != HealthState.Failing));
        writer.WriteString("version", ProductVersion.Full);
        writer.WriteStartArray("checks");
        foreach (var line in lines)
        {
            writer.WriteStartObject();
            writer.WriteString("name", line.Name);
            writer.WriteString("state", line.State.ToString().ToLowerInvariant());
            writer.WriteBoolean("required", line.IsRequired);
            writer.WriteString("since", line.Since);
            writer.WriteString("reason", line.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("kinds");
        foreach (var kind in monitor.Kinds)
            Write(writer, kind, now);
        writer.WriteEndArray();
        writer.WriteStartArray("locks");
        foreach (var election in monitor.Locks)
        {
            writer.WriteStartObject();
            writer.WriteString("name", election.Name);
            writer.WriteBoolean("held", election.IsLeader);
            writer.WriteString("error", election.Error?.ToString() ?? "");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReflectorStatus kind, DateTimeOffset now)
    {
        writer.WriteStartObject();
        writer.WriteString("resource", kind.Name);
        writer.WriteBoolean("served", kind.IsServed);
        writer.WriteBoolean("synced", kind.IsSynced);
        writer.WriteNumber("objects", kind.Objects);
        writer.WriteNumber("lists", kind.Lists);
        writer.WriteNumber("watches", kind.Watches);
        writer.WriteString("version", kind.Version);
        writer.WriteString("lastHeard", kind.LastHeard);
        writer.WriteNumber("ageSeconds", Math.Round((now - kind.LastHeard).TotalSeconds, 1));
        writer.WriteString("error", kind.Error?.ToString() ?? "");
        writer.WriteEndObject();
    }
}
