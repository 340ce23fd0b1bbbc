using System.Buffers;
using System.Text;
using System.Text.Json;
using ControlPlane.Model.Objects;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway.Statuses;

/// <summary>References as statuses repeat them: with group and kind, which an API server would fill in.</summary>
internal static class ReferenceTexts
{
    /// <summary>A reference to a parent as the route has it.</summary>
    public static string Json(Api.ParentReference reference) => Json(
        reference.Group ?? GatewayApi.Group, reference.Kind ?? GatewayApi.Gateway, reference.Namespace, reference.Name, reference.SectionName, reference.Port);

    /// <summary>A reference to a target as the policy has it.</summary>
    public static string Json(Api.PolicyTarget target) => Json(target.Group, target.Kind, null, target.Name, target.SectionName, 0);

    /// <summary>A reference to a Gateway.</summary>
    public static string Json(ObjectKey gateway) => Json(GatewayApi.Group, GatewayApi.Gateway, gateway.Namespace, gateway.Name, "", 0);

    private static string Json(string group, string kind, string? @namespace, string name, string section, int port)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("group", group);
            writer.WriteString("kind", kind);
            if (@namespace is not null)
                writer.WriteString("namespace", @namespace);
            writer.WriteString("name", name);
            if (section.Length > 0)
                writer.WriteString("sectionName", section);
            if (port != 0)
                writer.WriteNumber("port", port);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
