using System.Globalization;
using System.Text.Json.Nodes;

namespace ControlPlane.Kubernetes.Tests.Server;

/// <summary>Single objects: get, create, update with its conflicts, apply and merge patches (of whole top-level fields), delete; streamed lists.</summary>
internal sealed partial class FakeApiServer
{
    private readonly Random _random = new(7);

    /// <summary>Namespaces that take no new objects.</summary>
    public HashSet<string> Terminating { get; } = [];

    private async Task HandleObjectAsync(TestExchange exchange)
    {
        var scope = ListScope.Of(exchange);
        var name = ListScope.NameOf(exchange);
        var body = exchange.Body.Length > 0 ? JsonNode.Parse(exchange.Body)!.AsObject() : [];
        if (exchange.Method == "POST")
            name = body["metadata"]?["name"]?.GetValue<string>() ?? "";
        var key = $"{scope.Path}|{scope.Namespace}|{name}";
        string answer;
        lock (_lock)
        {
            var old = _objects.GetValueOrDefault(key);
            var given = body["metadata"]?["resourceVersion"]?.GetValue<string>();
            answer = (exchange.Method, old) switch
            {
                ("GET" or "DELETE" or "PUT", null) => "404 NotFound",
                // Only what is applied is made where there is none.
                ("PATCH", null) when exchange.Header("Content-Type")?.Contains("merge-patch", StringComparison.Ordinal) == true => "404 NotFound",
                ("POST" or "PATCH", null) when Terminating.Contains(scope.Namespace) => "403 Forbidden",
                ("POST", not null) => "409 AlreadyExists",
                ("PUT", not null) when given is not null && given != old["metadata"]!["resourceVersion"]!.GetValue<string>() => "409 Conflict",
                _ => "",
            };
            if (answer.Length == 0)
                answer = Write(exchange.Method, scope, name, key, body);
        }

        if (answer[0] == '{')
            await exchange.RespondAsync(200, answer);
        else
            await exchange.FailAsync(int.Parse(answer[..3], CultureInfo.InvariantCulture), answer[4..], cause: answer == "403 Forbidden" ? "NamespaceTerminating" : "");
    }

    private string Write(string method, ListScope scope, string name, string key, JsonObject body)
    {
        if (method == "DELETE")
        {
            Delete(scope.Path, scope.Namespace, name);
            return "{}";
        }

        if (method != "GET")
        {
            var value = method == "PATCH" && _objects.GetValueOrDefault(key) is { } old ? old.DeepClone().AsObject() : [];
            foreach (var (field, content) in body.Where(f => method != "PATCH" || f.Key != "metadata"))
                value[field] = content?.DeepClone();
            var metadata = value["metadata"] as JsonObject ?? [];
            (metadata["name"], metadata["namespace"], value["metadata"]) = (name, scope.Namespace, metadata.Parent is null ? metadata : value["metadata"]!.DeepClone());
            Put(scope.Path, value.ToJsonString());
        }

        return _objects[key].ToJsonString();
    }

    private async Task<long> StreamListAsync(TestExchange exchange, ListScope scope)
    {
        List<string> all;
        long version;
        lock (_lock)
        {
            version = _version;
            // In no order of versions, as they come out of the real server's cache.
            all = [.. _objects.Where(o => scope.Holds(o.Key)).Select(o => o.Value.ToJsonString()).Order(StringComparer.Ordinal)];
        }

        foreach (var item in all)
            await exchange.StreamAsync($$"""{"type":"ADDED","object":{{item}}}""" + "\n");
        await exchange.StreamAsync(
            """{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"VERSION","annotations":{"k8s.io/initial-events-end":"true"}}}}"""
                .Replace("VERSION", version.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) + "\n");
        return version;
    }

    private string? Earlier(ListScope scope)
    {
        lock (_lock)
        {
            if (_random.NextDouble() >= Replays || _history.Count == 0)
                return null;
            var e = _history[_random.Next(_history.Count)];
            return e.Key.Length > 0 && scope.Holds(e.Key) ? $"{{\"type\":\"{e.Type}\",\"object\":{e.Json}}}\n" : null;
        }
    }
}
