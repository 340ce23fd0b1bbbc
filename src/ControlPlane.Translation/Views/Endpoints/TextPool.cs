namespace ControlPlane.Translation.Views.Endpoints;

/// <summary>Gives equal texts one instance while the endpoints of a service are collected: its Pods mostly differ in little but their address.</summary>
internal sealed class TextPool
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>The workload with shared texts.</summary>
    public EndpointWorkload Share(EndpointWorkload workload) => workload with
    {
        Name = Share(workload.Name),
        Identity = Share(workload.Identity),
        Hostname = Share(workload.Hostname),
    };

    private string Share(string text)
    {
        if (_texts.TryGetValue(text, out var known))
            return known;
        _texts[text] = text;
        return text;
    }
}
