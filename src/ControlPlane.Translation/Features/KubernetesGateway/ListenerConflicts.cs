using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Which listeners of a port can't stand beside others: the first keeps the port, or the hostname on it.</summary>
internal sealed class ListenerConflicts
{
    private const string Any = "*";

    private readonly List<(int Port, Api.Listener Listener)> _taken = [];

    /// <summary>Takes a listener; null, or the reason why one that was taken earlier forbids it.</summary>
    public string? TryTake(Api.Listener listener, int port)
    {
        var index = _taken.FindIndex(t => t.Port == port && !CanShare(t.Listener, listener));
        if (index >= 0)
            return Reason(_taken[index].Listener, listener);
        _taken.Add((port, listener));
        return null;
    }

    private static string Reason(Api.Listener first, Api.Listener second) =>
        (IsPlain(first) && IsPlain(second)) || first.Protocol != second.Protocol ? Reasons.ProtocolConflict : Reasons.HostnameConflict;

    private static bool CanShare(Api.Listener first, Api.Listener second) => (IsPlain(first), IsPlain(second)) switch
    {
        (true, true) => false,
        (true, false) => !HasHosts(second) && first.Protocol != second.Protocol,
        (false, true) => !HasHosts(first) && first.Protocol != second.Protocol,
        _ when HasHosts(first) && HasHosts(second) => Host(first) != Host(second),
        _ => first.Protocol != second.Protocol,
    };

    private static bool IsPlain(Api.Listener listener) => listener.Protocol is "TCP" or "UDP";

    private static bool HasHosts(Api.Listener listener) => listener.Protocol is "HTTP" or "HTTPS" or "TLS";

    private static string Host(Api.Listener listener) => string.IsNullOrEmpty(listener.Hostname) ? Any : listener.Hostname;
}
