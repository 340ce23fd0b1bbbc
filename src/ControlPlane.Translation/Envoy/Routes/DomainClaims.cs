using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>Envoy refuses a route configuration in which two virtual hosts have one domain: the first to claim it keeps it.</summary>
internal static class DomainClaims
{
    // Of a Kubernetes service: three or four names, the closing dot, an address.
    private const int UsualDomains = 5;

    /// <summary>
    /// The virtual hosts with the domains that remain to them; those without any are left out. A completion of a short name gives way
    /// to a service whose full name it is.
    /// </summary>
    public static List<VirtualHostInput> Settle(IReader reader, IReadOnlyCollection<ServiceHosts.Host> hosts, IEnumerable<string> fullNames)
    {
        var known = new HashSet<string>(fullNames, StringComparer.Ordinal);
        var names = new HashSet<string>(hosts.Count, StringComparer.Ordinal);
        var claimed = new HashSet<string>(hosts.Count * UsualDomains, StringComparer.OrdinalIgnoreCase);
        var result = new List<VirtualHostInput>(hosts.Count);
        foreach (var host in hosts)
        {
            if (!names.Add(host.Input.Name))
                continue;
            List<string>? kept = null;
            var index = 0;
            foreach (var domain in host.Input.Domains)
            {
                var free = !(known.Contains(domain) && host.Completions.Contains(domain)) && claimed.Add(domain);
                if (!free)
                    kept ??= [.. host.Input.Domains.Take(index)];
                if (free)
                    kept?.Add(domain);
                index++;
            }

            if (kept is null)
                result.Add(host.Input);
            else if (kept.Count > 0)
                result.Add(reader.Get(VirtualHostInput.Shared, host.Input.WithDomains(kept.ToEquatableArray())));
        }

        return result;
    }
}
