using ControlPlane.Model.Collections;
using Envoy.Config.Route.V3;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>A virtual host of a gateway.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Domains">The hosts that it answers for, in order, each once.</param>
/// <param name="Routes">Its routes, in order; empty where every request is answered with 404.</param>
/// <param name="RedirectsToHttps">Whether plain requests are sent to HTTPS.</param>
/// <param name="AttemptCount">Whether the upstream is told how often a request was tried.</param>
public sealed record GatewayVirtualHost(
    string Name, EquatableArray<string> Domains, EquatableArray<Frozen<Route>> Routes, bool RedirectsToHttps, bool AttemptCount)
{
    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(string.GetHashCode(Name), Domains.Count, Routes.Count);

    /// <summary>Makes the virtual host.</summary>
    public VirtualHost Build()
    {
        var host = new VirtualHost { Name = Name, IncludeRequestAttemptCount = AttemptCount };
        if (RedirectsToHttps)
            host.RequireTls = VirtualHost.Types.TlsRequirementType.All;
        host.Domains.AddRange(Domains);
        host.Routes.AddRange(Routes.Select(r => r.Clone()));
        return host;
    }
}
