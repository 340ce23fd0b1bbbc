using System.Text.Json.Nodes;

namespace ControlPlane.EndToEnd.Injection;

/// <summary>The content of an injected pod's volumes: what the kubelet would put there.</summary>
internal sealed class KubeletVolumes : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("volumes-").FullName;

    /// <summary>Makes the volumes of a pod.</summary>
    /// <param name="pod">The injected pod.</param>
    /// <param name="tokenFile">The token that its service account gets.</param>
    /// <param name="rootFile">The ConfigMap with the certificates of the mesh.</param>
    public KubeletVolumes(JsonNode pod, string tokenFile, string rootFile)
    {
        Open(_folder);
        foreach (var volume in pod["spec"]!["volumes"]!.AsArray())
        {
            var path = PathOf(volume!["name"]!.ToString());
            Open(Directory.CreateDirectory(path).FullName);
            foreach (var source in volume["projected"]?["sources"]?.AsArray() ?? [])
            {
                var token = source!["serviceAccountToken"]!;
                Assert.Equal("istio-ca", token["audience"]!.ToString());
                Copy(tokenFile, Path.Combine(path, token["path"]!.ToString()));
            }

            if (volume["configMap"] is { } map)
            {
                Assert.Equal("istio-ca-root-cert", map["name"]!.ToString());
                Copy(rootFile, Path.Combine(path, "root-cert.pem"));
            }
        }
    }

    /// <summary>The directory of a volume.</summary>
    public string PathOf(string volume) => Path.Combine(_folder, volume);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Containers run as other users than the test.
    private static void Open(string folder)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_101);
    }

    private static void Copy(string from, string to)
    {
        File.Copy(from, to);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(to, (UnixFileMode)0b110_100_100);
    }
}
