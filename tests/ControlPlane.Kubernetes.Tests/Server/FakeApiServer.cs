using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Kubernetes.Resources;

namespace ControlPlane.Kubernetes.Tests.Server;

/// <summary>
/// An API server in memory: lists (whole or paged), watches with bookmarks, resource versions, compaction, discovery. It behaves as the
/// real one unless a test scripts an answer or cuts connections.
/// </summary>
internal sealed partial class FakeApiServer : IAsyncDisposable
{
    private readonly TestHttpServer _http;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly List<(long Version, string Key, string Type, string Json)> _history = [];
    private long _version = 100;
    private long _compacted = 100;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FakeApiServer() => _http = new TestHttpServer(HandleAsync);

    public Uri Address => _http.Address;

    /// <summary>All requests so far, path and query.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Answers a request in the server's stead; returns whether it did.</summary>
    public Func<TestExchange, Task<bool>> Script { get; set; } = _ => Task.FromResult(false);

    /// <summary>The server's version is 1 and this; from 32 on lists are streamed where that is asked for.</summary>
    public int Minor { get; set; } = 20;

    /// <summary>With which probability an event of a watch is followed by some earlier one, as a confused server might send it.</summary>
    public double Replays { get; set; }

    /// <summary>Groups and versions that are served, with the plurals of each; null for all kinds that we know.</summary>
    public Dictionary<string, string[]>? Served { get; set; }

    public string Version
    {
        get
        {
            lock (_lock)
                return _version.ToString(CultureInfo.InvariantCulture);
        }
    }

    public ValueTask DisposeAsync() => _http.DisposeAsync();

    public void Disconnect() => _http.Disconnect();

    /// <summary>Creates or replaces an object. The path is that of its list, over all namespaces.</summary>
    public void Put(string path, string json)
    {
        lock (_lock)
        {
            var value = JsonNode.Parse(json)!.AsObject();
            var key = Key(path, value);
            var metadata = value["metadata"]!.AsObject();
            var old = _objects.GetValueOrDefault(key);
            metadata["uid"] = old?["metadata"]!["uid"]!.GetValue<string>() ?? Guid.NewGuid().ToString();
            metadata["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
            _objects[key] = value;
            Record(key, old is null ? "ADDED" : "MODIFIED", value);
        }
    }

    public void Delete(string path, string ns, string name)
    {
        lock (_lock)
        {
            var key = $"{path}|{ns}|{name}";
            if (!_objects.Remove(key, out var value))
                return;
            value["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
            Record(key, "DELETED", value);
        }
    }

    /// <summary>Sends a bookmark on all watches.</summary>
    public void Bookmark()
    {
        lock (_lock)
        {
            _version++;
            _history.Add((_version, "", "BOOKMARK", $$$"""{"metadata":{"resourceVersion":"{{{_version}}}"}}"""));
            Wake();
        }
    }

    /// <summary>Forgets the history: versions up to now can't be watched from.</summary>
    public void Compact()
    {
        lock (_lock)
        {
            _compacted = _version;
            _history.Clear();
        }
    }

    /// <summary>Everything under a path: what <paramref name="select"/> makes of each object, by name.</summary>
    public string[] State(string path, Func<JsonObject, string> select)
    {
        lock (_lock)
            return [.. _objects.Where(o => o.Key.StartsWith(path + "|", StringComparison.Ordinal)).Select(o => select(o.Value))];
    }

    private static string Key(string path, JsonObject value) =>
        $"{path}|{value["metadata"]!["namespace"]?.GetValue<string>()}|{value["metadata"]!["name"]!.GetValue<string>()}";

    private void Record(string key, string type, JsonObject value)
    {
        _history.Add((_version, key, type, value.ToJsonString()));
        Wake();
    }

    private void Wake()
    {
        _changed.SetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private async Task HandleAsync(TestExchange exchange)
    {
        // Before the request is seen: whoever has seen it and then gives another script means the requests after it.
        var script = Script;
        Requests.Enqueue(exchange.Target);
        if (await script(exchange))
            return;
        if (exchange.Path == "/version")
            await exchange.RespondAsync(200, $$"""{"major":"1","minor":"{{Minor}}"}""");
        else if (exchange.Path.StartsWith("/apis/", StringComparison.Ordinal) && exchange.Path.Count(c => c == '/') <= 3)
            await DiscoverAsync(exchange);
        else if (exchange.Method != "GET" || ListScope.NameOf(exchange).Length > 0)
            await HandleObjectAsync(exchange);
        else if (exchange.Query("watch") == "true")
            await WatchAsync(exchange);
        else
            await ListAsync(exchange);
    }

    private async Task DiscoverAsync(TestExchange exchange)
    {
        var served = Served ?? ResourceCatalog.All.SelectMany(a => a.Kind.Versions.Select(v => (Version: a.Kind.ApiVersionOf(v), a.Kind.Plural)))
            .GroupBy(k => k.Version).ToDictionary(g => g.Key, g => g.Select(k => k.Plural).ToArray());
        var name = exchange.Path["/apis/".Length..];
        if (served.TryGetValue(name, out var plurals))
            await exchange.RespondAsync(200, JsonSerializer.Serialize(new { kind = "APIResourceList", resources = plurals.Select(p => new { name = p }) }));
        else if (served.Keys.Where(k => k.StartsWith(name + "/", StringComparison.Ordinal)).ToList() is { Count: > 0 } versions)
            await exchange.RespondAsync(200, JsonSerializer.Serialize(new { kind = "APIGroup", versions = versions.Select(v => new { version = v.Split('/')[1] }) }));
        else
            await exchange.FailAsync(404, "NotFound");
    }

    private async Task ListAsync(TestExchange exchange)
    {
        string body;
        lock (_lock)
        {
            var limit = int.Parse(exchange.Query("limit") ?? "0", CultureInfo.InvariantCulture);
            var from = exchange.Query("continue") ?? "";
            var scope = ListScope.Of(exchange);
            var all = _objects.Where(o => scope.Holds(o.Key) && string.CompareOrdinal(o.Key, from) > 0).ToList();
            var page = limit > 0 ? all.Take(limit).ToList() : all;
            var metadata = new JsonObject { ["resourceVersion"] = _version.ToString(CultureInfo.InvariantCulture) };
            if (page.Count < all.Count)
                metadata["continue"] = page[^1].Key;
            // The real server leaves apiVersion and kind out of the items.
            var items = page.Select(o => o.Value.DeepClone().AsObject()).ToArray();
            foreach (var item in items)
            {
                item.Remove("apiVersion");
                item.Remove("kind");
            }

            body = new JsonObject { ["kind"] = "List", ["apiVersion"] = "v1", ["metadata"] = metadata, ["items"] = new JsonArray([.. items]) }.ToJsonString();
        }

        await exchange.RespondAsync(200, body);
    }

    private async Task WatchAsync(TestExchange exchange)
    {
        var version = long.Parse(exchange.Query("resourceVersion") ?? "0", CultureInfo.InvariantCulture);
        var scope = ListScope.Of(exchange);
        await exchange.BeginStreamAsync();
        if (Minor >= 32 && exchange.Query("sendInitialEvents") == "true")
            version = await StreamListAsync(exchange, scope);
        var end = Task.Delay(TimeSpan.FromSeconds(int.Parse(exchange.Query("timeoutSeconds")!, CultureInfo.InvariantCulture)), exchange.Stopped);
        while (true)
        {
            Task changed;
            List<(long Version, string Key, string Type, string Json)> events;
            bool expired;
            lock (_lock)
            {
                expired = version < _compacted;
                changed = _changed.Task;
                events = [.. _history.Where(h => h.Version > version && (h.Key.Length == 0 || scope.Holds(h.Key)))];
            }

            if (expired)
            {
                await exchange.StreamAsync("""{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}}""" + "\n");
                await exchange.EndStreamAsync();
                return;
            }

            foreach (var e in events)
            {
                await exchange.StreamAsync($"{{\"type\":\"{e.Type}\",\"object\":{e.Json}}}\n");
                if (Replays > 0 && Earlier(scope) is { } earlier)
                    await exchange.StreamAsync(earlier);
            }

            if (events.Count > 0)
                version = events[^1].Version;
            if (await Task.WhenAny(changed, end) == end)
            {
                await exchange.EndStreamAsync();
                return;
            }
        }
    }
}
