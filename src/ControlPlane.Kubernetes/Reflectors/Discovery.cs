using System.Text.Json;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Resources;

namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>Asks the API server which versions of a kind it serves.</summary>
internal sealed class Discovery(ApiClient client)
{
    /// <summary>
    /// The preferred version under which a kind is served. An error where the server can't be asked; otherwise "" where it is not served in
    /// any version that we know, with the versions that are served instead.
    /// </summary>
    public async Task<ApiResult<DiscoveredKind>> FindAsync(ResourceKind kind, CancellationToken cancellationToken)
    {
        // The core group has been v1 for as long as there is an API.
        if (kind.Group.Length == 0)
            return new DiscoveredKind(kind.ApiVersion, []);
        var group = await client.GetAsync($"/apis/{kind.Group}", cancellationToken).ConfigureAwait(false);
        if (group.Error is { IsNotFound: true })
            return new DiscoveredKind("", []);
        if (group.Error is not null)
            return group.Error;
        List<string> served;
        using (group.Value)
            served = [.. Read(group.Value).Objects("versions").Select(v => v.Text("version"))];
        var foreign = new List<string>();
        foreach (var version in kind.Versions.Where(served.Contains).Concat(served.Where(s => !kind.Versions.Contains(s))))
        {
            var found = await ServesAsync(kind, version, cancellationToken).ConfigureAwait(false);
            if (found.Error is not null)
                return found.Error;
            if (!found.Value)
                continue;
            if (kind.Versions.Contains(version))
                return new DiscoveredKind(kind.ApiVersionOf(version), []);
            foreign.Add(kind.ApiVersionOf(version));
        }

        return new DiscoveredKind("", foreign);
    }

    private async Task<ApiResult<bool>> ServesAsync(ResourceKind kind, string version, CancellationToken cancellationToken)
    {
        var list = await client.GetAsync($"/apis/{kind.ApiVersionOf(version)}", cancellationToken).ConfigureAwait(false);
        if (list.Error is { IsNotFound: true })
            return false;
        if (list.Error is not null)
            return list.Error;
        using (list.Value)
            return Read(list.Value).Objects("resources").Any(r => r.Text("name") == kind.Plural);
    }

    private static Fields Read(JsonDocument json) => new(json.RootElement, "", new FaultList(""));
}
