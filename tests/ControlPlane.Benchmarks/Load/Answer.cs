using ControlPlane.Model.Delivery;

namespace ControlPlane.Benchmarks.Load;

/// <summary>What a load client keeps of a delta response.</summary>
internal sealed class Answer
{
    public XdsType? Type { get; set; }

    public string Nonce { get; set; } = "";

    public List<string> Names { get; } = [];

    public List<string> Versions { get; } = [];

    public List<string> Removed { get; } = [];

    /// <summary>The whole response, valid only while it is handled.</summary>
    public ReadOnlyMemory<byte> Bytes { get; set; }
}
