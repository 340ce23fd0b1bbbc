using System.Text.Json.Nodes;
using ControlPlane.Injection.Agentless;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Decision;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;
using ControlPlane.Injection.Patching;
using ControlPlane.Injection.Pods;
using ControlPlane.Injection.Sidecar;

namespace ControlPlane.Injection.Injecting;

/// <summary>The injection of one pod, step by step. Faults of the pod leave it as <see cref="FormatException"/>.</summary>
internal sealed class InjectionRun
{
    private readonly InjectorSettings _settings;
    private readonly TemplateCatalog _templates;
    private readonly InjectionRequest _request;
    private readonly PodFacts _facts;
    private readonly MeshSettings _mesh;
    private readonly JsonObject _proxyConfig;
    private readonly JsonObject _original;
    private readonly EarlierInjection _earlier;
    private readonly bool _holds;
    private readonly List<string> _warnings = [];

    public InjectionRun(InjectorSettings settings, TemplateCatalog templates, InjectionRequest request, PodFacts facts)
    {
        (_settings, _templates, _request, _facts) = (settings, templates, request, facts);
        var annotation = CheckAnnotations();
        var withAnnotation = ProxyConfigs.Lay(settings.Mesh.ProxyDefaults, annotation, zerosOverride: true);
        _holds = ProxyConfigs.HoldsApplication(withAnnotation) || settings.Values.Proxy.HoldApplication;

        // From a file there is no ProxyConfig object, and the annotation counts as the mesh's own defaults.
        _mesh = request.FromFile ? settings.Mesh.With(withAnnotation) : settings.Mesh;
        _proxyConfig = request.FromFile
            ? withAnnotation
            : EffectiveProxyConfig.Of(settings.Mesh, settings.ProxyConfigs, facts.Namespace, facts.Labels, annotation);
        _original = request.Pod;
        if (settings.Values.Mesh.OpenShift && request.NamespaceAnnotations is not null)
        {
            _original = (JsonObject)request.Pod.DeepClone();
            OpenShift.ResetProxyUser(_original);
        }

        _earlier = EarlierInjection.Of(_original);
    }

    /// <summary>What the pod asks for in vain; known after <see cref="Execute"/>.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Makes the injected pod.</summary>
    public JsonObject Execute()
    {
        var environment = ClusterEnvironment();
        var stripped = _earlier.Strip(_original, ProxyConfigs.StatusPort(_mesh.ProxyDefaults));
        var input = Input(stripped, environment);
        var merged = (JsonObject)_original.DeepClone();
        JsonObject? rendered = null;
        foreach (var name in TemplateNames())
        {
            var template = _templates.Find(name);
            var part = template.Render(input);
            _warnings.AddRange(template.Warnings(input));
            if (rendered is null)
                rendered = part;
            else
                StrategicMerge.Apply(rendered, part);
            Merge(part, rendered, merged);
        }

        rendered ??= [];
        UserOverrides.Apply(merged, _original, rendered, _earlier, ProxyConfigs.InterceptionMode(_proxyConfig) == "TPROXY");
        Finish(merged, rendered, environment);

        // What annotations hold as JSON may be of any shape.
        return PodShape.Check(merged, "Pod") is { } fault ? throw new FormatException($"with what annotations and templates add, {fault}") : merged;
    }

    private JsonObject? CheckAnnotations()
    {
        var faults = AnnotationRules.Check(_facts.Annotations).ToList();
        JsonObject? config = null;
        try
        {
            config = AnnotationRules.ReadProxyConfig(_facts.Annotations, _settings.Yaml);
        }
        catch (FormatException fault)
        {
            faults.Add(fault.Message);
        }

        return faults.Count == 0 ? config : throw new FormatException(string.Join("; ", faults));
    }

    private TemplateInput Input(JsonObject stripped, SortedDictionary<string, string> environment)
    {
        var owner = _request.Owner ?? WorkloadOwner.Of(_original, _facts.Namespace);
        var (user, group) = OpenShift.ProxyIds(_settings.Values.Mesh.OpenShift ? _request.NamespaceAnnotations : null);
        return new TemplateInput(stripped, owner, _settings.Values, _mesh, _proxyConfig)
        {
            Environment = environment, EarlierProbes = _earlier.IsInjected ? AppProbes.Earlier(_original) : [], Revision = _settings.Values.Scope.RevisionName, NativeByDefault = NativeByDefault(), User = user, Group = group,
        };
    }

    private IReadOnlyList<string> TemplateNames()
    {
        if (_facts.Annotations.TryGetValue(AnnotationNames.Templates, out var asked))
            return asked.Split(',', StringSplitOptions.TrimEntries);
        return _request.FromFile || _settings.Values.DefaultTemplates.Count == 0 ? [TemplateCatalog.Sidecar] : _settings.Values.DefaultTemplates;
    }

    private bool NativeByDefault()
    {
        switch (_settings.Values.Mesh.NativeSidecars)
        {
            case NativeSidecarMode.Always:
                return true;
            case NativeSidecarMode.Never:
                return false;
            default:
                var chosen = _original.Object("spec").Text("nodeName");
                return _settings.Nodes.FirstOrDefault(node => node.Name == chosen)?.TakesNativeSidecars ?? _settings.Nodes.All(node => node.TakesNativeSidecars);
        }
    }

    private void Merge(JsonObject part, JsonObject rendered, JsonObject merged)
    {
        // A user's istio-proxy stands among the containers; where the template makes a native sidecar of it, it moves.
        var native = _facts.Annotations.GetValueOrDefault(AnnotationNames.NativeSidecar) switch
        {
            "true" => true,
            "false" => false,
            _ => NativeByDefault(),
        };
        if (native && rendered.Container(PodParts.InitContainers, ContainerNames.Proxy) is not null
            && merged.Container(PodParts.Containers, ContainerNames.Proxy) is { } own)
        {
            merged.Object("spec").List(PodParts.Containers)!.Remove(own);
            merged.ObjectOrNew("spec").ListOrNew(PodParts.InitContainers).Add((JsonNode)own);
        }

        StrategicMerge.Apply(merged, part);
    }

    /// <summary>Environment from the webhook's URL, with cluster and network from chart and pod.</summary>
    private SortedDictionary<string, string> ClusterEnvironment()
    {
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in _request.Environment)
            environment[name] = value;
        var values = _settings.Values.Mesh;
        SetDefault(EnvironmentNames.ClusterId, values.ClusterName);

        // The pod's own label wins, even an empty one, over the chart's.
        if (_facts.Labels.GetValueOrDefault(LabelNames.Network) is not { } network)
            SetDefault(EnvironmentNames.Network, values.Network);
        else if (network.Length > 0)
            environment[EnvironmentNames.Network] = network;
        return environment;

        void SetDefault(string name, string value)
        {
            if (value.Length > 0 && environment.GetValueOrDefault(name) is null or "")
                environment[name] = value;
        }
    }

    private void Finish(JsonObject merged, JsonObject rendered, SortedDictionary<string, string> environment)
    {
        if (merged.Proxy() is { } proxy)
            SetCluster(proxy, environment);
        MetricsMerge.Apply(merged, _mesh);
        MetricsMerge.ApplySecurePort(merged);
        AppProbes.Rewrite(merged, _settings.Values.RewriteProbes, ProxyConfigs.StatusPort(_mesh.ProxyDefaults), onlyHttp: TemplateNames().Contains(AgentlessTemplate.Name));
        RestoreOrder(merged);
        if (environment.TryGetValue(EnvironmentNames.Network, out var network))
            merged.ObjectOrNew("metadata").ObjectOrNew("labels")[LabelNames.Network] = network;
        var annotations = merged.AnnotationsOrNew();
        SetText(annotations, AnnotationNames.Status, Status(rendered));
        if (!_request.FromFile)
        {
            foreach (var (name, value) in _settings.Values.InjectedAnnotations)
                SetText(annotations, name, value);
        }

        ContainerOrder.Apply(merged, _holds);
    }

    /// <summary>Puts what is known of the cluster at the end, where it overrides.</summary>
    private static void SetCluster(JsonObject proxy, SortedDictionary<string, string> environment)
    {
        foreach (var (name, value) in environment)
        {
            PodParts.MoveEnvironmentToEnd(proxy, name);
            PodParts.SetEnvironment(proxy, name, value);
        }
    }

    /// <summary>Restores the order of a first injection, so that another one changes nothing.</summary>
    private void RestoreOrder(JsonObject merged)
    {
        if (!_earlier.IsInjected || merged.Proxy() is not { } proxy)
            return;
        PodParts.MoveEnvironmentToEnd(proxy, EnvironmentNames.PrometheusScrape);
        PodParts.MoveEnvironmentToEnd(proxy, EnvironmentNames.AppProbes);
    }

    private string Status(JsonObject rendered)
    {
        var status = new JsonObject();
        foreach (var list in (string[])[PodParts.InitContainers, PodParts.Containers, "volumes", "imagePullSecrets"])
        {
            var names = rendered.Object("spec").List(list).Objects().Select(one => one.Text("name") ?? "").ToList();
            status[list] = names.Count == 0 ? null : JsonTree.Texts(names);
        }

        status["revision"] = _settings.Values.Scope.RevisionName;
        return JsonText.Write(status);
    }

    private static void SetText(JsonObject map, string name, string value)
    {
        if (map.Text(name) != value)
            map[name] = value;
    }
}
