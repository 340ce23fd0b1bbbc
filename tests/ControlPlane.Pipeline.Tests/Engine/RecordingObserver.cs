using System.Collections.Concurrent;
using ControlPlane.Model.Delivery;

namespace ControlPlane.Pipeline.Tests.Engine;

/// <summary>A stream that notes what it is told.</summary>
internal sealed class RecordingObserver : IConfigObserver
{
    public BlockingCollection<EncodedConfig> Configs { get; } = [];

    public void OnConfig(EncodedConfig config) => Configs.Add(config);

    public EncodedConfig Next() =>
        Configs.TryTake(out var config, TimeSpan.FromSeconds(60)) ? config : throw new TimeoutException("the stream was told nothing");
}
