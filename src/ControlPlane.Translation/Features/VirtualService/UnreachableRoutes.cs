using ControlPlane.Translation.Features.Validation;
using Google.Protobuf;
using Message = Istio.Networking.V1Alpha3.VirtualService;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>Finds routes that nothing can reach, as an earlier one takes what they would.</summary>
internal static class UnreachableRoutes
{
    /// <summary>Warns of such routes.</summary>
    public static void Warn(Message message, Problems problems)
    {
        Warn(message.Http.Select(r => r.Match), "spec.http", problems);
        Warn(message.Tls.Select(r => r.Match), "spec.tls", problems);
        Warn(message.Tcp.Select(r => r.Match), "spec.tcp", problems);
    }

    private static void Warn<T>(IEnumerable<IReadOnlyList<T>> routes, string field, Problems problems)
        where T : IMessage<T>
    {
        var seen = new Dictionary<T, int>();
        var (index, catchAll) = (0, -1);
        foreach (var matches in routes)
        {
            if (catchAll >= 0)
                problems.Warn($"{field}[{index}]", $"it is never reached: {field}[{catchAll}] has no match and takes everything");
            for (var i = 0; i < matches.Count && catchAll < 0; i++)
            {
                if (!seen.TryAdd(matches[i], index))
                    problems.Warn($"{field}[{index}].match[{i}]", $"it is never reached: {field}[{seen[matches[i]]}] has the same match");
            }

            if (matches.Count == 0 && catchAll < 0)
                catchAll = index;
            index++;
        }
    }
}
