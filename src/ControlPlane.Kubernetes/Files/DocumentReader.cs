using System.Text.Json;
using ControlPlane.Kubernetes.Files.Yaml;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Kubernetes.Resources.Metadata;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Files;

/// <summary>Takes the documents of one file: finds the adapter of each object, follows Lists, gathers objects and diagnostics.</summary>
internal sealed class DocumentReader(string file, ResourceOptions options)
{
    private static readonly JsonDocumentOptions JsonOptions = new() { MaxDepth = 1000 };

    private readonly List<ManifestObject> _objects = [];
    private readonly List<SourceDiagnostic> _diagnostics = [];
    private readonly Retention _kept = new();

    public FileContent Result => new(_objects, _kept, _diagnostics);

    /// <summary>A document that could not be parsed.</summary>
    public void Malformed(int line, string message)
    {
        _kept.KeepEverything();
        _diagnostics.Add(ManifestReader.Fault(file, line, DiagnosticCodes.MalformedDocument, message));
    }

    /// <summary>A parsed document whose text begins at a line of the file.</summary>
    public void Read(YamlNode document, int documentLine)
    {
        if (document.Kind != YamlNodeKind.Null)
            ReadObject(new Place(document, documentLine, document.Line, ""), "", "");
    }

    private void ReadObject(Place place, string inheritedApiVersion, string inheritedKind)
    {
        if (place.Node.Kind != YamlNodeKind.Mapping)
        {
            _kept.KeepEverything();
            Report(place, Severity.Error, DiagnosticCodes.NotAnObject, "", "", "not a Kubernetes object: it must be a mapping with apiVersion and kind");
            return;
        }

        var apiVersion = Text(place.Node, "apiVersion") ?? inheritedApiVersion;
        var kind = Text(place.Node, "kind") ?? inheritedKind;
        if (apiVersion.Length == 0 || kind.Length == 0)
        {
            KeepByName(place.Node);
            var missing = apiVersion.Length == 0 ? "apiVersion" : "kind";
            Report(place, Severity.Error, DiagnosticCodes.NotAnObject, kind, "", $"not a Kubernetes object: {missing} is missing or not a string");
            return;
        }

        if (kind.EndsWith("List", StringComparison.Ordinal) && place.Node.Find("items") is { } items)
            ReadItems(place, items, apiVersion, kind);
        else
            Adapt(place, apiVersion, kind);
    }

    private void ReadItems(Place list, YamlNode items, string apiVersion, string kind)
    {
        if (items.Kind is not (YamlNodeKind.Sequence or YamlNodeKind.Null))
        {
            _kept.KeepEverything();
            Report(list, Severity.Error, DiagnosticCodes.NotAnObject, kind, "items", "must be a sequence");
            return;
        }

        // The items of a List state their own kinds; those of a typed list, such as ServiceList, may leave theirs to it.
        var itemKind = kind[..^"List".Length];
        for (var i = 0; i < items.Items.Count; i++)
            ReadObject(list.Item(items.Items[i], $"items[{i}]"), kind == "List" ? "" : apiVersion, itemKind);
    }

    private void Adapt(Place place, string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var group = slash < 0 ? "" : apiVersion[..slash];
        var version = apiVersion[(slash + 1)..];
        if (ResourceCatalog.Find(group, kind) is not { } adapter)
        {
            ReportUnread(place, group, kind, apiVersion);
            return;
        }

        if (!adapter.Kind.Versions.Contains(version))
        {
            KeepByName(place.Node);
            var known = string.Join(", ", adapter.Kind.Versions.Select(adapter.Kind.ApiVersionOf));
            Report(place, Severity.Error, DiagnosticCodes.UnknownKind, kind, "apiVersion", $"version \"{version}\" is not known; known are {known}");
            return;
        }

        using var json = JsonDocument.Parse(NodeWriter.WriteObject(place.Node), JsonOptions);
        Take(place, adapter.Adapt(json.RootElement, apiVersion, options));
    }

    private void Take(Place place, AdapterResult result)
    {
        foreach (var change in result.Changes)
        {
            var path = change.Table == Tables.MeshConfig ? "data.mesh" : change.Table == Tables.MeshNetworks ? "data.meshNetworks" : "";
            _objects.Add(new ManifestObject(change, file, place.Line, place.Join(path), place.DocumentLine, place.RootLine));
        }

        foreach (var id in result.Refused)
            _kept.Keep(id);
        foreach (var diagnostic in result.Diagnostics)
        {
            var line = place.DocumentLine - 1 + FieldLocator.Line(place.Node, diagnostic.Field);
            _diagnostics.Add(SourceDiagnostic.Of(new SourceLocation(file, line), diagnostic));
            if (diagnostic.Severity == Severity.Error && diagnostic.Object.Name.Length == 0)
                _kept.KeepEverything();
        }
    }

    private void ReportUnread(Place place, string group, string kind, string apiVersion)
    {
        if (UnusedKinds.Contains(group, kind))
        {
            Report(place, Severity.Info, DiagnosticCodes.UnusedKind, kind, "", "not used by the mesh");
            return;
        }

        KeepByName(place.Node);
        var similar = ResourceCatalog.All.FirstOrDefault(a => string.Equals(a.Kind.Kind, kind, StringComparison.OrdinalIgnoreCase));
        var hint = similar is null ? "" : $"; {similar.Kind.Kind} is known with apiVersion {similar.Kind.ApiVersion}";
        Report(place, Severity.Warning, DiagnosticCodes.UnknownKind, kind, "kind", $"kind \"{kind}\" of apiVersion \"{apiVersion}\" is not known{hint}");
    }

    /// <summary>Keeps what has the name of an object whose kind is not clear: it may be a misspelt edit of it.</summary>
    private void KeepByName(YamlNode node)
    {
        if (Name(node) is not { } key)
        {
            _kept.KeepEverything();
            return;
        }

        _kept.KeepName(key);
        _kept.KeepName(key with { Namespace = "" });
    }

    private void Report(Place place, Severity severity, string code, string kind, string field, string message)
    {
        var line = place.DocumentLine - 1 + FieldLocator.Line(place.Node, field);
        _diagnostics.Add(new SourceDiagnostic(
            new SourceLocation(file, line), severity, code, kind, Name(place.Node) ?? new ObjectKey("", ""), field, message));
    }

    private static ObjectKey? Name(YamlNode node)
    {
        if (node.Find("metadata") is not { } metadata || NameText(metadata, "name") is not { Length: > 0 } name)
            return null;
        return new ObjectKey(NameText(metadata, "namespace") is { Length: > 0 } ns ? ns : MetadataReader.DefaultNamespace, name);
    }

    private static string? NameText(YamlNode node, string name) => node.Find(name) is { } value && NodeWriter.IsName(value) ? value.Text : null;

    private static string? Text(YamlNode node, string name) =>
        node.Find(name) is { Kind: YamlNodeKind.String } value ? value.Text : null;

    /// <summary>Where an object stands: its node, the first line of its document, its path from the document's root.</summary>
    private readonly record struct Place(YamlNode Node, int DocumentLine, int RootLine, string Path)
    {
        public int Line => DocumentLine - 1 + Node.Line;

        public Place Item(YamlNode item, string name) => new(item, DocumentLine, RootLine, Join(name));

        public string Join(string name) => Path.Length == 0 || name.Length == 0 ? Path + name : $"{Path}.{name}";
    }
}
