using System.Text.Json.Nodes;
using ControlPlane.Commands.Inject;
using ControlPlane.Commands.Translate;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Injecting;
using ControlPlane.Injection.Json;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Options;
using ControlPlane.Pipeline.Engine;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Composition.Webhook;

/// <summary>The injector that fits the newest snapshot: made anew when mesh configuration, ProxyConfigs or nodes have changed.</summary>
internal sealed class MeshInjection
{
    private static readonly TableId<ConfigObject> ProxyConfigTable = Tables.Config("ProxyConfig");

    private readonly MeshEngine _engine;
    private readonly ILogger _logger;
    private readonly ChartValues _values;
    private readonly Lock _lock = new();
    private (object? Mesh, object? ProxyConfigs, object? Nodes) _of;
    private Injector _injector;

    /// <summary>Reads the chart values.</summary>
    /// <exception cref="StartupException">They can't be used.</exception>
    public MeshInjection(MeshEngine engine, WebhookOptions options, string revision, ILogger<MeshInjection> logger)
    {
        (_engine, _logger) = (engine, logger);
        try
        {
            var values = InputFiles.Configuration(options.ValuesFile.Length == 0 ? null : options.ValuesFile, "values");
            if (revision.Length > 0)
                (values ??= [])["revision"] = revision;
            _values = ChartValues.Read(values);
            _injector = new Injector(new InjectorSettings(_values, MeshSettings.Default, [], [], InputFiles.Yaml));
        }
        catch (Exception fault) when (fault is InputException or InvalidConfigurationException)
        {
            throw new StartupException($"{Settings.InjectionValues.Flag}: {fault.Message}", fault);
        }
    }

    /// <summary>The chart values.</summary>
    public ChartValues Values => _values;

    /// <summary>The injector of the moment.</summary>
    public Injector Current
    {
        get
        {
            var snapshot = _engine.Snapshot;
            var mesh = snapshot.Table(Tables.MeshConfig).Find(Tables.MeshConfigKey);
            var (proxyConfigs, nodes) = (snapshot.Table(ProxyConfigTable), snapshot.Table(Tables.Nodes));
            lock (_lock)
            {
                // Tables and objects that did not change are the same references; an empty table is a new one each time.
                var now = (mesh, proxyConfigs.Count == 0 ? null : proxyConfigs, nodes.Count == 0 ? null : nodes);
                if (ReferenceEquals(_of.Mesh, now.mesh) && ReferenceEquals(_of.ProxyConfigs, now.Item2) && ReferenceEquals(_of.Nodes, now.Item3))
                    return _injector;
                _of = now;
                return _injector = Make(mesh, proxyConfigs.All, nodes.All);
            }
        }
    }

    /// <summary>Annotations of a namespace; null where it is not known.</summary>
    public IReadOnlyDictionary<string, string>? NamespaceAnnotations(string name) =>
        _engine.Snapshot.Table(Tables.Namespaces).Find(new ObjectKey("", name))?.Meta.Annotations.ToDictionary(entry => entry.Key, entry => entry.Value);

    private Injector Make(ConfigObject? mesh, IEnumerable<ConfigObject> proxyConfigs, IEnumerable<Node> nodes)
    {
        var settings = _injector.Settings with
        {
            Nodes = nodes.Select(node => new NodeFacts(node.Meta.Name, node.KubeletVersion)).ToList(),
            ProxyConfigs = proxyConfigs.Select(TryRead).OfType<ProxyConfigObject>().ToList(),
        };
        try
        {
            settings = settings with { Mesh = MeshSettings.Read(mesh is null ? null : JsonText.Parse(mesh.SpecJson) as JsonObject) };
        }
        catch (Exception fault) when (fault is InvalidConfigurationException or FormatException)
        {
            // What there was before stays, as everywhere.
            ServerLog.InjectionFault(_logger, fault.Message);
        }

        return new Injector(settings);
    }

    private ProxyConfigObject? TryRead(ConfigObject config)
    {
        try
        {
            return ProxyConfigObject.Read(config);
        }
        catch (Exception fault) when (fault is InvalidConfigurationException or FormatException)
        {
            ServerLog.InjectionFault(_logger, fault.Message);
            return null;
        }
    }
}
