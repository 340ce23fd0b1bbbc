using System.Net;
using ControlPlane.Model.Delivery;
using Istio.Networking.Nds.V1;

namespace ControlPlane.Commands.Why;

/// <summary>Finds addresses of services by their names, as the resolver of a pod does.</summary>
internal static class ServiceNames
{
    /// <summary>The full name and first address of a name; null where no service has it.</summary>
    /// <param name="tables">The name table that the proxy sees.</param>
    /// <param name="host">The name, in full or as it is said inside the namespace.</param>
    /// <param name="ns">Namespace of the proxy.</param>
    public static (string Name, IPAddress Address)? Resolve(IEnumerable<EncodedResource> tables, string host, string ns)
    {
        var name = host.TrimEnd('.').ToLowerInvariant();
        var entries = tables.SelectMany(table => NameTable.Parser.ParseFrom(table.Body.Span).Table).OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList();
        foreach (var isRight in new Func<KeyValuePair<string, NameTable.Types.NameInfo>, bool>[]
                 {
                     entry => entry.Key == name,
                     entry => entry.Value.Shortname.Length > 0 && IsShort(entry.Value, name, ns),
                     entry => entry.Key.StartsWith("*.", StringComparison.Ordinal) && name.EndsWith(entry.Key[1..], StringComparison.Ordinal),
                 })
        {
            foreach (var (key, info) in entries.Where(isRight))
            {
                if (info.Ips.Select(ip => IPAddress.TryParse(ip, out var address) ? address : null).FirstOrDefault(address => address is not null) is { } found)
                    return (key, found);
            }
        }

        return null;
    }

    private static bool IsShort(NameTable.Types.NameInfo info, string name, string ns)
    {
        var qualified = $"{info.Shortname}.{info.Namespace}";
        return name == qualified || name == qualified + ".svc" || (name == info.Shortname && info.Namespace == ns);
    }
}
