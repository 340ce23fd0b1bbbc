using System.Text.Json.Nodes;
using ControlPlane.Kubernetes.Files.Yaml;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Testing.Clusters;

namespace ControlPlane.FeatureTests.Clusters;

/// <summary>
/// Brings a real API server to hold exactly the objects of some directories, one after another, and gives what a directory would have to hold to
/// mean the same: the files as they are, with what only the server can decide (creation time, version, addresses and node ports that it allocates).
/// </summary>
/// <param name="server">The server.</param>
/// <param name="keepExisting">Whether what is there already, made by kubectl, is left as it is.</param>
internal sealed class ClusterObjects(RealApiServer server, bool keepExisting = false)
{
    private readonly Dictionary<string, string> _present = [];

    /// <summary>Makes the server hold the objects of a directory.</summary>
    /// <returns>The objects as files; or null and why where the server refuses one of them.</returns>
    public async Task<(IReadOnlyList<string>? Files, string Refusal)> HoldAsync(string folder)
    {
        var wanted = Read(folder);
        // What changes goes too before anything is made: a Service may want an address that another has until then.
        foreach (var path in _present.Where(p => !wanted.TryGetValue(p.Key, out var value) || (!IsNamespace(p.Key) && value.ToJsonString() != p.Value)).Select(p => p.Key).Reverse().ToList())
            await DeleteAsync(path);
        var files = new List<string>();
        foreach (var (path, value) in wanted)
        {
            var (made, refusal) = await PutAsync(path, value);
            if (made is null)
                return (null, $"{path}: {refusal}");
            // An older server drops without a word what it does not know.
            if (Dropped(value, made, "") is { } field)
                return (null, $"{path}: the server drops {field}");
            files.Add(Merge(value, made).ToJsonString());
        }

        // The server makes its own Service.
        files.Add((await server.SendAsync(HttpMethod.Get, "/api/v1/namespaces/default/services/kubernetes")).Body);
        return (files, "");
    }

    private static Dictionary<string, JsonObject> Read(string folder)
    {
        var objects = new Dictionary<string, JsonObject>();
        foreach (var file in Directory.GetFiles(folder, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            foreach (var document in DocumentSplitter.Split(File.ReadAllText(file)))
            {
                if (YamlReader.Read(document.Text, YamlLimits.Default) is not { Kind: YamlNodeKind.Mapping } node)
                    continue;
                var value = JsonNode.Parse(NodeWriter.Write(node).Span)!.AsObject();
                if (value["apiVersion"]!.GetValue<string>() == "discovery.k8s.io/v1")
                    ToOldSlice(value);
                objects[PathOf(value)] = value;
            }
        }

        // A directory need not hold the namespaces of its objects.
        foreach (var name in objects.Values.Select(value => (string?)value["metadata"]!["namespace"]).Where(name => name is not (null or "" or "default")).Distinct().ToList())
            objects.TryAdd($"/api/v1/namespaces/{name}", new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } });
        // Namespaces before what lives in them.
        return objects.OrderBy(o => o.Value["kind"]!.GetValue<string>() == "Namespace" ? 0 : 1).ToDictionary();
    }

    /// <summary>The version that server 1.20 has: without zone and hints of endpoints.</summary>
    private static void ToOldSlice(JsonObject slice)
    {
        slice["apiVersion"] = "discovery.k8s.io/v1beta1";
        foreach (var endpoint in slice["endpoints"] as JsonArray ?? [])
        {
            endpoint!.AsObject().Remove("zone");
            endpoint.AsObject().Remove("hints");
        }
    }

    private static string PathOf(JsonObject value)
    {
        var apiVersion = value["apiVersion"]!.GetValue<string>();
        var group = apiVersion.Contains('/', StringComparison.Ordinal) ? apiVersion.Split('/')[0] : "";
        var kind = ResourceCatalog.Find(group, value["kind"]!.GetValue<string>())?.Kind
            ?? throw new InvalidOperationException($"{apiVersion} {value["kind"]} is not read");
        var root = group.Length == 0 ? $"/api/{apiVersion}" : $"/apis/{apiVersion}";
        var metadata = value["metadata"]!.AsObject();
        if (!kind.Namespaced)
            return $"{root}/{kind.Plural}/{metadata["name"]}";
        metadata["namespace"] ??= "default";
        return $"{root}/namespaces/{metadata["namespace"]}/{kind.Plural}/{metadata["name"]}";
    }

    private async Task<(JsonObject? Made, string Refusal)> PutAsync(string path, JsonObject value)
    {
        var text = value.ToJsonString();
        var (code, body) = await server.SendAsync(HttpMethod.Get, path);
        if (code == 200 && (keepExisting || _present.GetValueOrDefault(path) == text))
            code = 200;
        else if (code == 200 && IsNamespace(path))
            (code, body) = await server.SendAsync(HttpMethod.Put, path, Spec(value));
        else
            (code, body) = await MakeAsync(path, value, exists: code == 200);
        if (code >= 300)
            return (null, body);
        _present[path] = text;
        if (value["status"] is { } status && HasStatus(value))
        {
            var patch = new JsonObject { ["status"] = status.DeepClone() }.ToJsonString();
            (code, body) = await server.SendAsync(HttpMethod.Patch, $"{path}/status", patch, "application/merge-patch+json");
            if (code >= 300)
                return (null, body);
        }

        return (JsonNode.Parse(body)!.AsObject(), "");
    }

    /// <summary>Makes an object anew, so that no field of another case stays: much of a pod, for one, can't be changed.</summary>
    private async Task<(int Code, string Body)> MakeAsync(string path, JsonObject value, bool exists)
    {
        if (exists)
            await DeleteAsync(path);
        return await server.SendAsync(HttpMethod.Post, path[..path.LastIndexOf('/')], Spec(value));
    }

    private static bool IsNamespace(string path) => path.Split('/') is ["", "api", "v1", "namespaces", _];

    private static bool HasStatus(JsonObject value) => value["kind"]!.GetValue<string>() is not "EndpointSlice";

    private static string Spec(JsonObject value)
    {
        var copy = value.DeepClone().AsObject();
        copy.Remove("status");
        foreach (var field in new[] { "creationTimestamp", "resourceVersion", "uid" })
            copy["metadata"]!.AsObject().Remove(field);
        return copy.ToJsonString();
    }

    private async Task DeleteAsync(string path)
    {
        var (code, body) = await server.SendAsync(HttpMethod.Delete, path, """{"gracePeriodSeconds":0}""");
        if (code >= 300 && code != 404)
            throw new InvalidOperationException($"{path}: {body}");
        // No controller finishes the deletion of a namespace.
        if (IsNamespace(path))
            await server.SendAsync(HttpMethod.Put, $"{path}/finalize", $$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{path.Split('/')[^1]}}"},"spec":{"finalizers":[]} }""");
        _present.Remove(path);
    }

    /// <summary>The first field of a file that the server's object lacks; null for none. Fields with empty values count as absent.</summary>
    private static string? Dropped(JsonNode? file, JsonNode? made, string path) => file switch
    {
        JsonObject fields => fields.Where(f => f.Key is not ("creationTimestamp" or "resourceVersion" or "uid" or "stringData")).Select(f => Dropped(f.Value, (made as JsonObject)?[f.Key], $"{path}.{f.Key}"))
            .FirstOrDefault(d => d is not null),
        JsonArray items => items.Select((item, i) => Dropped(item, made is JsonArray list && i < list.Count ? list[i] : null, $"{path}[{i}]")).FirstOrDefault(d => d is not null),
        null => null,
        _ => made is not null || file.ToJsonString() is "\"\"" or "0" or "false" ? null : path,
    };

    /// <summary>The file's object with what the server decided.</summary>
    private static JsonObject Merge(JsonObject file, JsonObject made)
    {
        var merged = file.DeepClone().AsObject();
        foreach (var field in new[] { "creationTimestamp", "resourceVersion" })
            merged["metadata"]![field] = made["metadata"]![field]!.DeepClone();
        // The server labels each namespace with its name.
        if (file["kind"]!.GetValue<string>() == "Namespace" && made["metadata"]!["labels"] is { } labels)
            merged["metadata"]!["labels"] = labels.DeepClone();
        if (file["kind"]!.GetValue<string>() != "Service" || merged["spec"] is not JsonObject spec || made["spec"] is not JsonObject given)
            return merged;
        foreach (var field in new[] { "clusterIP", "clusterIPs" })
        {
            if (spec[field] is null && given[field] is { } allocated)
                spec[field] = allocated.DeepClone();
        }

        foreach (var port in spec["ports"]?.AsArray() ?? [])
        {
            var same = given["ports"]!.AsArray().First(p => p!["port"]!.GetValue<int>() == port!["port"]!.GetValue<int>() && (port["name"] is null || p["name"]?.GetValue<string>() == port["name"]!.GetValue<string>()));
            if (port!["nodePort"] is null && same!["nodePort"] is { } allocated)
                port["nodePort"] = allocated.DeepClone();
        }

        return merged;
    }
}
