namespace ControlPlane.Injection.Decision;

/// <summary>The mesh-wide policy (chart values global.proxy.autoInject and sidecarInjectorWebhook.never/alwaysInjectSelector).</summary>
/// <param name="EnabledByDefault">Whether a pod that says nothing is injected.</param>
/// <param name="Never">Pods that match one of these are not injected unless they ask for it.</param>
/// <param name="Always">Pods that match one of these are injected unless they refuse or match <paramref name="Never"/>.</param>
public sealed record InjectionPolicy(bool EnabledByDefault, IReadOnlyList<LabelSelector> Never, IReadOnlyList<LabelSelector> Always)
{
    /// <summary>Inject whatever does not refuse: what `inject -f` goes by.</summary>
    public static InjectionPolicy Default { get; } = new(true, [], []);
}
