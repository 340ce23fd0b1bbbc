using System.Text.Json;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Validation;

namespace ControlPlane.Translation.Features.Ingress;

/// <summary>Reads Ingress objects. What can't be meant is left out with a warning: the API server has checked the rest.</summary>
internal sealed class IngressReader
{
    private const int MaxDepth = 64;
    private const string AnyHost = "*";
    private const string ClassAnnotation = "kubernetes.io/ingress.class";

    private readonly ConfigObject _source;
    private readonly Problems _problems;

    private IngressReader(ConfigObject source)
    {
        _source = source;
        _problems = new Problems(source);
    }

    /// <summary>Reads one object.</summary>
    public static Parsed<IngressSpec> Read(ConfigObject source) => new IngressReader(source).Read();

    /// <summary>The controller that an IngressClass names, "" where it names none or can't be read.</summary>
    public static string ControllerOf(ConfigObject source)
    {
        var reader = new IngressReader(source);
        using var document = reader.Parse();
        return document is null ? "" : reader.Text(document.RootElement, "controller", "spec.controller");
    }

    private Parsed<IngressSpec> Read()
    {
        using var document = Parse();
        if (document is null)
            return new(null, _problems.Items.ToEquatableArray());
        var root = document.RootElement;
        if (Has(root, "defaultBackend"))
            _problems.Warn("spec.defaultBackend", "it has no effect: write a VirtualService for any host");
        var tls = List(root, "tls", "spec.tls").Select((t, i) => Tls(t, i)).OfType<IngressTls>().ToEquatableArray();
        var rules = List(root, "rules", "spec.rules").Select((r, i) => Rule(r, $"spec.rules[{i}]")).OfType<IngressRule>().ToEquatableArray();
        var className = Has(root, "ingressClassName") ? Text(root, "ingressClassName", "spec.ingressClassName") : null;
        return _problems.Result(() => new IngressSpec
        {
            Key = _source.Key,
            CreationTime = _source.Meta.CreationTime,
            ClassAnnotation = _source.Meta.Annotations[ClassAnnotation],
            ClassName = className,
            Tls = tls,
            Rules = rules,
        });
    }

    private JsonDocument? Parse()
    {
        try
        {
            var document = JsonDocument.Parse(_source.SpecJson, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            _problems.Error("spec", "an object is required");
        }
        catch (JsonException exception)
        {
            _problems.Error("spec", exception.Message);
        }

        return null;
    }

    private IngressTls? Tls(JsonElement element, int index)
    {
        var field = $"spec.tls[{index}]";
        var secret = Text(element, "secretName", field + ".secretName");
        if (secret.Length == 0)
        {
            _problems.Warn(field, "it has no effect without secretName");
            return null;
        }

        var hosts = List(element, "hosts", field + ".hosts").Select(h => h.ValueKind == JsonValueKind.String ? h.GetString()! : "").Where(h => h.Length > 0).ToEquatableArray();
        return new IngressTls(index, hosts.IsEmpty ? [AnyHost] : hosts, secret);
    }

    private IngressRule? Rule(JsonElement element, string field)
    {
        var host = Text(element, "host", field + ".host");
        if (!Has(element, "http"))
        {
            _problems.Warn(field, "it has no effect without paths");
            return null;
        }

        var paths = List(element.GetProperty("http"), "paths", field + ".http.paths").Select((p, i) => Path(p, $"{field}.http.paths[{i}]")).OfType<IngressPath>();
        return new IngressRule(host.Length == 0 ? AnyHost : host, paths.ToEquatableArray());
    }

    private IngressPath? Path(JsonElement element, string field)
    {
        var (path, type) = (Text(element, "path", field + ".path"), Text(element, "pathType", field + ".pathType"));
        if (type is "Exact" or "Prefix" && !path.StartsWith('/'))
        {
            _problems.Warn(field + ".path", $"'{path}' is no path: it must begin with /");
            return null;
        }

        if (!Has(element, "backend") || !Has(element.GetProperty("backend"), "service"))
        {
            _problems.Warn(field + ".backend", "only services can be backends");
            return null;
        }

        var service = element.GetProperty("backend").GetProperty("service");
        var port = Has(service, "port") ? service.GetProperty("port") : default;
        return new IngressPath(
            path,
            type,
            Text(service, "name", field + ".backend.service.name"),
            Number(port, "number", field + ".backend.service.port.number"),
            Text(port, "name", field + ".backend.service.port.name"));
    }

    private static bool Has(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    private string Text(JsonElement element, string name, string field)
    {
        if (!Has(element, name))
            return "";
        var value = element.GetProperty(name);
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString()!;
        _problems.Error(field, "a text is required");
        return "";
    }

    private int Number(JsonElement element, string name, string field)
    {
        if (!Has(element, name))
            return 0;
        if (element.GetProperty(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && (number == 0 || NameRules.IsPort(number)))
            return number;
        _problems.Error(field, "a port is required");
        return 0;
    }

    private List<JsonElement> List(JsonElement element, string name, string field)
    {
        if (!Has(element, name))
            return [];
        if (element.GetProperty(name) is { ValueKind: JsonValueKind.Array } list)
            return [.. list.EnumerateArray()];
        _problems.Error(field, "a list is required");
        return [];
    }
}
