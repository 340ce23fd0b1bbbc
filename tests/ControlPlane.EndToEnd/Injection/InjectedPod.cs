using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ControlPlane.Testing.Network;
using ControlPlane.Testing.Processes;
using ControlPlane.Testing.Proxies;

namespace ControlPlane.EndToEnd.Injection;

/// <summary>
/// Runs what injection has put into a pod, as the kubelet would: the init container's command to its end, then the proxy's, each as the user
/// and with no other capabilities than its security context says, in the pod's network, with the volumes mounted and variables replaced.
/// </summary>
internal sealed partial class InjectedPod : IAsyncDisposable
{
    private const string Mounted = "/var/run/";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly JsonNode _pod;
    private readonly NetworkNamespace _network;
    private readonly string _address;
    private readonly KubeletVolumes _volumes;
    private ExternalProcess? _proxy;

    private InjectedPod(JsonNode pod, NetworkNamespace network, string address, KubeletVolumes volumes) =>
        (_pod, _network, _address, _volumes) = (pod, network, address, volumes);

    /// <summary>What the proxy has logged.</summary>
    public string Log => _proxy?.Output ?? "";

    /// <summary>Starts a pod's injected containers; the pod has no others here, its application is the test's.</summary>
    public static async Task<InjectedPod> StartAsync(JsonNode pod, NetworkNamespace network, string address, KubeletVolumes volumes)
    {
        var result = new InjectedPod(pod, network, address, volumes);
        try
        {
            foreach (var container in pod["spec"]!["initContainers"]!.AsArray())
                await result.StartAsync(container!);
            return result;
        }
        catch
        {
            await result.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks Envoy's admin interface, from within the pod.</summary>
    public async Task<string> AdminAsync(string page)
    {
        using var http = _network.NewHttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:15000{page}"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
            await _proxy.DisposeAsync();
        _volumes.Dispose();
    }

    private async Task StartAsync(JsonNode container)
    {
        var command = Command(container);
        if (container["restartPolicy"]?.ToString() == "Always")
        {
            _proxy = ExternalProcess.Start(command[0], command[1..]);
            return;
        }

        var (code, output) = await ExternalProcess.RunAsync(command[0], command[1..], Limit);
        Assert.True(code == 0, $"{container["name"]} ended with {code}: {output}");
    }

    private string[] Command(JsonNode container)
    {
        var context = container["securityContext"]!;
        var capabilities = string.Concat((context["capabilities"]!["add"]?.AsArray() ?? []).Select(name => $",+{name!.ToString().ToLowerInvariant()}"));
        Assert.Equal("ALL", Assert.Single(context["capabilities"]!["drop"]!.AsArray())!.ToString());
        var mounts = (container["volumeMounts"]?.AsArray() ?? []).Select(mount => (Path: mount!["mountPath"]!.ToString(), Volume: mount["name"]!.ToString()))
            .Where(mount => mount.Path.StartsWith(Mounted, StringComparison.Ordinal));
        var script = string.Join('\n', [
            "mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /dev/shm",
            .. mounts.Select(mount => $"mkdir -p {mount.Path}; mount --bind {_volumes.PathOf(mount.Volume)} {mount.Path}"),
            $"exec setpriv --bounding-set -all{capabilities} --reuid {context["runAsUser"]} --regid {context["runAsGroup"]} --clear-groups \"$@\"",
        ]);
        return [.. _network.Launcher, "unshare", "--mount", "sh", "-e", "-c", script, "sh", .. Program(container), .. Arguments(container)];
    }

    private static IEnumerable<string> Program(JsonNode container)
    {
        var command = container["command"]!.AsArray().Select(part => part!.ToString()).ToList();
        return command[0] switch
        {
            "controlplane" => ["dotnet", Path.Combine(AppContext.BaseDirectory, "controlplane.dll"), .. command[1..]],
            "/usr/local/bin/envoy" => [EnvoyBinary.Path, .. command[1..]],
            var other => throw new InvalidOperationException($"nobody knows how to run {other}"),
        };
    }

    /// <summary>The arguments, with $(NAME) replaced by the variable and $$ by a dollar.</summary>
    private IEnumerable<string> Arguments(JsonNode container)
    {
        var variables = (container["env"]?.AsArray() ?? []).ToDictionary(
            variable => variable!["name"]!.ToString(), variable => variable!["value"]?.ToString() ?? Field(variable["valueFrom"]!["fieldRef"]!["fieldPath"]!.ToString()));
        return container["args"]!.AsArray().Select(argument => Variable().Replace(
            argument!.ToString(), match => match.Value == "$$" ? "$" : variables.GetValueOrDefault(match.Groups[1].Value, match.Value)));
    }

    private string Field(string path) => path switch
    {
        "metadata.name" => _pod["metadata"]!["name"]!.ToString(),
        "metadata.namespace" => _pod["metadata"]!["namespace"]!.ToString(),
        "spec.serviceAccountName" => _pod["spec"]!["serviceAccountName"]!.ToString(),
        "spec.nodeName" => _pod["spec"]!["nodeName"]!.ToString(),
        "status.podIP" => _address,
        _ => throw new InvalidOperationException($"nobody knows {path}"),
    };

    [GeneratedRegex(@"\$\$|\$\(([A-Za-z0-9_.-]+)\)")]
    private static partial Regex Variable();
}
