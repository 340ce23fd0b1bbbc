using System.Text.Json.Nodes;
using ControlPlane.Injection.Decision;

namespace ControlPlane.Injection.Injecting;

/// <summary>What became of a pod.</summary>
public sealed record InjectionOutcome
{
    private InjectionOutcome()
    {
    }

    /// <summary>Whether the pod was to be injected, and why; null where the pod could not be understood.</summary>
    public InjectionDecision? Decision { get; private init; }

    /// <summary>The injected pod; null where it was left alone or refused.</summary>
    public JsonObject? Pod { get; private init; }

    /// <summary>Why it was refused, naming the pod and the field or annotation; null where it was not.</summary>
    public string? Error { get; private init; }

    /// <summary>What the user should know although the pod is injected; null for nothing.</summary>
    public string? Warning { get; private init; }

    internal static InjectionOutcome LeftAlone(InjectionDecision decision) => new() { Decision = decision };

    internal static InjectionOutcome Injected(InjectionDecision decision, JsonObject pod, string? warning) =>
        new() { Decision = decision, Pod = pod, Warning = warning };

    internal static InjectionOutcome Refused(string error, InjectionDecision? decision = null) => new() { Error = error, Decision = decision };
}
