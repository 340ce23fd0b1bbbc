using System.Text;
using ControlPlane.Kubernetes.Files;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Kubernetes.Tests.Files;

/// <summary>Whatever the bytes, reading gives objects and diagnostics, never an exception, and diagnostics name lines of the file.</summary>
public sealed class ManifestFuzzTests
{
    private static readonly string Sample = string.Join(
        "---\n",
        Manifests.Service("a"),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |\n    a: [1, 2]\n    b: 'x'\n",
        "apiVersion: v1\nkind: Endpoints\nmetadata: {name: a}\nsubsets:\n- addresses: [{ip: 10.0.0.1}]\n  ports: [{port: 1}]\n",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: s}\n  data: {k: eA==}\n",
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: &m {name: v}\nspec: {http: [{<<: {x: \"\\u00e9\"}, :path: >-\n   a\n   b\n  }]}\n");

    private static readonly string[] Pieces =
        ["\n", "  ", "\t", ": ", "- ", "? ", "{", "}", "[", "]", ",", "\"", "'", "#", "|", ">", "&a ", "*a", "!!int ", "<<: ", "\\u", "~", "0x", "---\n", "...\n", "%", "@", "null", "\r", "\0", "é", "\ud800"];

    [Fact]
    public void Read_RandomBytes_NeverThrows() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        bytes => CheckBytes("x.yaml", bytes) && CheckBytes("x.json", bytes)).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_MutatedManifests_NeverThrows()
    {
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder(Sample);
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                var at = random.Next(text.Length);
                if (random.Next(2) == 0)
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                else
                    text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at));
            }

            Assert.True(CheckBytes("x.yaml", Encoding.UTF8.GetBytes(text.ToString())), $"seed {seed}");
        }
    }

    [Fact]
    public void Read_TruncatedManifests_NeverThrows()
    {
        var bytes = Encoding.UTF8.GetBytes(Sample);
        for (var length = 0; length < bytes.Length; length++)
            Assert.True(CheckBytes("x.yaml", bytes[..length]), $"length {length}");
    }

    private static bool CheckBytes(string file, byte[] bytes)
    {
        var content = ManifestReader.Read(file, bytes, new DirectoryOptions());
        var lines = bytes.AsSpan().Count((byte)'\n') + bytes.AsSpan().Count((byte)'\r') + 1;
        return content.Diagnostics.All(d => d.Location.File == file && d.Location.Line >= 0 && d.Location.Line <= lines && d.Message.Length > 0);
    }
}
