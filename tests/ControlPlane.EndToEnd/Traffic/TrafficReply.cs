using System.Net.Http.Headers;

namespace ControlPlane.EndToEnd.Traffic;

/// <summary>What a client of the mesh got.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">The response's headers.</param>
/// <param name="Body">The response's body.</param>
/// <param name="Elapsed">From the request to the end of the body.</param>
internal sealed record TrafficReply(int Status, HttpResponseHeaders Headers, string Body, TimeSpan Elapsed)
{
    /// <summary>The pod that answered, "" if no pod did.</summary>
    public string Pod => Header("x-pod");

    /// <summary>The path with which the request reached the pod.</summary>
    public string Path => Header("x-seen-path");

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>A header's value, "" without one.</summary>
    public string Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";
}
