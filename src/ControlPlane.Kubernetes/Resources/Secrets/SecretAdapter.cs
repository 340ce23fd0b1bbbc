using System.Text;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources.Secrets;

/// <summary>Secrets. No fault ever quotes a value.</summary>
internal sealed class SecretAdapter() : ResourceAdapter<Secret>(
    new ResourceKind("", ["v1"], "Secret", "secrets", Namespaced: true, Tables.Secrets), Tables.Secrets)
{
    protected override Secret Read(Fields root, ObjectMeta meta, string apiVersion)
    {
        var data = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in root.Map("data"))
        {
            if (Normalise(value) is { } base64)
                data[key] = base64;
            else
                root.Invalid($"data[{key}]", "must be base64");
        }

        // As the API server does on write: stringData is plain text and wins.
        foreach (var (key, value) in root.Map("stringData"))
            data[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value));
        return new Secret { Meta = meta, Type = root.Text("type", "Opaque"), Base64Data = LabelMap.From(data) };
    }

    private static string? Normalise(string text)
    {
        var buffer = new byte[(text.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(text, buffer, out var length) ? Convert.ToBase64String(buffer, 0, length) : null;
    }
}
