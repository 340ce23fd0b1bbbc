using ControlPlane.Model.Collections;
using ControlPlane.Translation.Views.Endpoints;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>Hosts of one place while they are collected, each with the workload behind it.</summary>
internal sealed class EndpointGroup(string locality)
{
    private readonly List<(EndpointRow Row, EndpointWorkload Workload)> _hosts = [];

    /// <summary>The place.</summary>
    public string Locality => locality;

    /// <summary>The hosts.</summary>
    public IReadOnlyList<(EndpointRow Row, EndpointWorkload Workload)> Hosts => _hosts;

    /// <summary>Priority, 0 first.</summary>
    public int Priority { get; set; }

    /// <summary>A weight that a rule gives instead of the sum of its hosts'.</summary>
    public uint? GivenWeight { get; set; }

    /// <summary>Sum of the weights of its hosts, as far as it can be counted.</summary>
    public uint Weight
    {
        get
        {
            ulong sum = 0;
            foreach (var (row, _) in _hosts)
                sum += row.Weight ?? 0;
            return (uint)Math.Min(sum, uint.MaxValue);
        }
    }

    /// <summary>Adds a host.</summary>
    public void Add(EndpointRow row, EndpointWorkload workload) => _hosts.Add((row, workload));

    /// <summary>Takes all hosts away; the weight of the place stays.</summary>
    public void Clear()
    {
        GivenWeight ??= Weight;
        _hosts.Clear();
    }

    /// <summary>The finished form.</summary>
    public LocalityEndpoints Write() =>
        new(Locality, GivenWeight ?? (_hosts.Count == 0 ? null : Weight), Priority, _hosts.Select(static h => h.Row).ToEquatableArray());
}
