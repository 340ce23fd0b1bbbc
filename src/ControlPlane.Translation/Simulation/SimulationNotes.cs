namespace ControlPlane.Translation.Simulation;

/// <summary>What has a say and is not simulated.</summary>
internal static class SimulationNotes
{
    /// <summary>Filters that may refuse or redirect what passes them.</summary>
    private static readonly HashSet<string> Deciding = new(StringComparer.Ordinal)
    {
        "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication",
        "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz", "envoy.extensions.filters.network.ext_authz.v3.ExtAuthz",
        "envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor", "envoy.extensions.filters.http.lua.v3.Lua",
        "envoy.extensions.filters.http.wasm.v3.Wasm", "envoy.extensions.filters.network.wasm.v3.Wasm",
        "envoy.extensions.filters.http.ratelimit.v3.RateLimit", "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
        "envoy.extensions.filters.network.ratelimit.v3.RateLimit", "envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit",
    };

    /// <summary>Whether a filter of a type may keep a request or connection from its route.</summary>
    public static bool Decides(string type) => Deciding.Contains(type);

    /// <summary>What is said of such a filter.</summary>
    public static string OfFilter(string name) => $"the filter {name} may decide otherwise";
}
