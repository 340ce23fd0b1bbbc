namespace ControlPlane.Translation.Features.Gateway;

/// <summary>
/// Host names that TLS servers of one port have taken: Envoy refuses a listener in which two chains match the same name. Names are
/// compared as they are written; those of another address don't count.
/// </summary>
internal sealed class SniClaims
{
    private readonly Dictionary<string, string> _binds = new(StringComparer.Ordinal);

    /// <summary>Takes all names, or none if one of them is taken on the address.</summary>
    public bool TryClaim(IReadOnlyCollection<string> names, string bind)
    {
        foreach (var name in names)
        {
            if (_binds.TryGetValue(name, out var taken) && taken == bind)
                return false;
        }

        foreach (var name in names)
            _binds[name] = bind;
        return true;
    }
}
