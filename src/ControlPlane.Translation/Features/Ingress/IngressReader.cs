using System.Text.Json;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Validation;

namespace ControlPlane.Translation.Features.Ingress;

/// <summary>Reads Ingress objects. What can't be meant is left out with a warning: the API server has checked the rest.</summary>
internal sealed class IngressReader
{
    private const string AnyHost = "*";
    private const string ClassAnnotation = "kubernetes.io/ingress.class";

    private readonly ConfigObject _source;
    private readonly Problems _problems;
    private readonly SpecFields _fields;

    private IngressReader(ConfigObject source)
    {
        _source = source;
        _problems = new Problems(source);
        _fields = new SpecFields(_problems);
    }

    /// <summary>Reads one object.</summary>
    public static Parsed<IngressSpec> Read(ConfigObject source) => new IngressReader(source).Read();

    /// <summary>The controller that an IngressClass names, "" where it names none or can't be read.</summary>
    public static string ControllerOf(ConfigObject source)
    {
        var fields = new SpecFields(new Problems(source));
        using var document = fields.Parse(source);
        return document is null ? "" : fields.Text(document.RootElement, "controller", "spec");
    }

    private Parsed<IngressSpec> Read()
    {
        using var document = _fields.Parse(_source);
        if (document is null)
            return new(null, _problems.Items.ToEquatableArray());
        var root = document.RootElement;
        if (SpecFields.Has(root, "defaultBackend"))
            _problems.Warn("spec.defaultBackend", "it has no effect: write a VirtualService for any host");
        var tls = _fields.List(root, "tls", "spec").Select((t, i) => Tls(t.Element, i, t.Path)).OfType<IngressTls>().ToEquatableArray();
        var rules = _fields.List(root, "rules", "spec").Select(r => Rule(r.Element, r.Path)).OfType<IngressRule>().ToEquatableArray();
        var className = SpecFields.Has(root, "ingressClassName") ? _fields.Text(root, "ingressClassName", "spec") : null;
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

    private IngressTls? Tls(JsonElement element, int index, string path)
    {
        var secret = _fields.Text(element, "secretName", path);
        if (secret.Length == 0)
        {
            _problems.Warn(path, "it has no effect without secretName");
            return null;
        }

        var hosts = _fields.List(element, "hosts", path)
            .Select(h => h.Element.ValueKind == JsonValueKind.String ? h.Element.GetString()! : "").Where(h => h.Length > 0).ToEquatableArray();
        return new IngressTls(index, hosts.IsEmpty ? [AnyHost] : hosts, secret);
    }

    private IngressRule? Rule(JsonElement element, string path)
    {
        var host = _fields.Text(element, "host", path);
        if (!SpecFields.Has(element, "http"))
        {
            _problems.Warn(path, "it has no effect without paths");
            return null;
        }

        var paths = _fields.List(element.GetProperty("http"), "paths", path + ".http").Select(p => Path(p.Element, p.Path)).OfType<IngressPath>();
        return new IngressRule(host.Length == 0 ? AnyHost : host, paths.ToEquatableArray());
    }

    private IngressPath? Path(JsonElement element, string at)
    {
        var (path, type) = (_fields.Text(element, "path", at), _fields.Text(element, "pathType", at));
        if (type is "Exact" or "Prefix" && !path.StartsWith('/'))
        {
            _problems.Warn(at + ".path", $"'{path}' is no path: it must begin with /");
            return null;
        }

        var backend = SpecFields.Part(element, "backend");
        if (!SpecFields.Has(backend, "service"))
        {
            _problems.Warn(at + ".backend", "only services can be backends");
            return null;
        }

        var (service, within) = (backend.GetProperty("service"), at + ".backend.service");
        var port = SpecFields.Part(service, "port");
        return new IngressPath(
            path, type, _fields.Text(service, "name", within), _fields.Port(port, "number", within + ".port"), _fields.Text(port, "name", within + ".port"));
    }
}
