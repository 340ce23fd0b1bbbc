using Envoy.Config.Rbac.V3;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>How matchers of one kind are joined.</summary>
/// <param name="And">All of them.</param>
/// <param name="Or">One of them.</param>
/// <param name="Not">Not this one.</param>
/// <param name="Any">Matches everything.</param>
internal sealed record Combination<T>(Func<IEnumerable<T>, T> And, Func<IEnumerable<T>, T> Or, Func<T, T> Not, Func<T> Any);

/// <summary>The two kinds of matchers of a policy.</summary>
internal static class Combinations
{
    /// <summary>What is asked for.</summary>
    public static Combination<Permission> OfPermissions { get; } = new(
        static rules => new Permission { AndRules = new Permission.Types.Set { Rules = { rules } } },
        static rules => new Permission { OrRules = new Permission.Types.Set { Rules = { rules } } },
        static rule => new Permission { NotRule = rule },
        static () => new Permission { Any = true });

    /// <summary>Who asks.</summary>
    public static Combination<Principal> OfPrincipals { get; } = new(
        static ids => new Principal { AndIds = new Principal.Types.Set { Ids = { ids } } },
        static ids => new Principal { OrIds = new Principal.Types.Set { Ids = { ids } } },
        static id => new Principal { NotId = id },
        static () => new Principal { Any = true });
}
