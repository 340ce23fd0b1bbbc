using System.Text.Json;
using ControlPlane.Kubernetes.Files;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Engine;
using ControlPlane.Pipeline.Offline;
using ControlPlane.Testing;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Json;
using ControlPlane.Translation.Envoy.Secrets;
using ControlPlane.Xds.Nodes;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Google.Protobuf;
using EnvoyNode = Envoy.Config.Core.V3.Node;

namespace ControlPlane.EndToEnd.Loading;

/// <summary>What this control plane answers in the shared cases. Refusals of the gate and faults are collected.</summary>
internal sealed class TranslatedAnswers : IEngineObserver
{
    private readonly Dictionary<string, OfflineTranslation> _cases = new(StringComparer.Ordinal);

    public List<string> Faults { get; } = [];

    /// <summary>How many resources were given out.</summary>
    public int Count { get; private set; }

    /// <summary>The answers for a proxy of a case, as if it had some capabilities.</summary>
    public Answers Of(LoadedProxy proxy, ProxyCapabilities capabilities)
    {
        var (translation, node) = (TranslationOf(proxy.Case), NodeOf(proxy) with { Capabilities = capabilities, SecretAccess = SecretAccess.Namespace });
        var config = translation.Translate(node);
        config = translation.Translate(node, new Dictionary<XdsType, NameSet> { [XdsType.Secret] = NameSet.From(SecretsOf(config)) });
        var answers = new Answers();
        foreach (var type in XdsTypes.All)
        {
            foreach (var resource in config[type].Resources)
            {
                answers.Add(type, resource.Name, UnsafeByteOperations.UnsafeWrap(resource.Body));
                Count++;
            }
        }

        return answers;
    }

    void IEngineObserver.OnApplied(MeshSnapshot snapshot, ChangeSet changes, TimeSpan elapsed, int notified)
    {
    }

    void IEngineObserver.OnRejected(ResourceRejectedException rejection) => Faults.Add(rejection.Message);

    void IEngineObserver.OnFault(string what, Exception exception) => Faults.Add($"{what}: {exception}");

    public void OnDiagnostics(string kind, Model.Objects.ObjectKey key, IReadOnlyCollection<Diagnostic> diagnostics)
    {
    }

    void IEngineObserver.OnDanglingReference(XdsType type, string resource, string missing)
    {
    }

    /// <summary>The secrets that the proxy will ask for.</summary>
    private static IEnumerable<string> SecretsOf(EncodedConfig config) =>
        config[XdsType.Listener].Resources.SelectMany(r => ServedSecrets.NamedBy(Listener.Parser.ParseFrom(r.Body.Span)))
            .Concat(config[XdsType.Cluster].Resources.SelectMany(r => ServedSecrets.NamedBy(Cluster.Parser.ParseFrom(r.Body.Span))));

    private static string FolderOf(string name) => SharedDirectory.Path($"{ConformanceAnswers.Cases}/{name}");

    private static ProxyDescriptor NodeOf(LoadedProxy proxy)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(FolderOf(proxy.Case), "proxies", proxy.Name, "node.json")));
        return NodeReader.Read(ProtoJson.Parse<EnvoyNode>(json.RootElement, new List<JsonProblem>()));
    }

    private OfflineTranslation TranslationOf(string name)
    {
        if (_cases.TryGetValue(name, out var known))
            return known;
        var (snapshot, _) = MeshSnapshot.Empty.Apply(DirectoryReader.Read(Path.Combine(FolderOf(name), "input"), new DirectoryOptions()).Changes);
        return _cases[name] = new OfflineTranslation(snapshot, this);
    }
}
