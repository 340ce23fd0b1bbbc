using System.Text;
using ControlPlane.Kubernetes.Files;
using ControlPlane.Model.Objects;

namespace ControlPlane.Kubernetes.Tests;

/// <summary>Shorthand for reading manifests from text.</summary>
internal static class Manifests
{
    public static FileContent Read(string text, DirectoryOptions? options = null, string file = "test.yaml") =>
        ManifestReader.Read(file, Encoding.UTF8.GetBytes(text), options ?? new DirectoryOptions());

    /// <summary>The only object of a text that is without fault.</summary>
    public static T One<T>(string text, DirectoryOptions? options = null)
        where T : MeshObject
    {
        var content = Read(text, options);
        Assert.Empty(content.Diagnostics);
        return Assert.IsType<T>(Assert.Single(content.Objects).Change.Value);
    }

    /// <summary>The diagnostics of a text, as users see them.</summary>
    public static string[] Faults(string text, DirectoryOptions? options = null) =>
        [.. Read(text, options).Diagnostics.Select(d => d.ToString())];

    /// <summary>A Service without fault.</summary>
    public static string Service(string name, int port = 80, string ns = "shop") => $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: {{name}}, namespace: {{ns}}}
        spec:
          clusterIP: 10.96.0.1
          ports:
          - {name: http, port: {{port}}}

        """;
}
