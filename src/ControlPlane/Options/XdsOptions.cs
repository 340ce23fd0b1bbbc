namespace ControlPlane.Options;

/// <summary>Options: xDS streams and their end.</summary>
/// <param name="MaxConnectionAge">After this time a connection is asked to go, so that proxies spread over replicas; null for never.</param>
/// <param name="DrainGrace">Time between GOAWAY and the end of streams, at shutdown and for age.</param>
/// <param name="ShutdownDelay">Time between a signal (from then on not ready) and GOAWAY, for load balancers to notice.</param>
/// <param name="WarmingLimit">How long listeners and routes wait for a client to make use of clusters that are new to it, at most an hour.</param>
/// <param name="MaxStreamsPerConnection">How many calls a connection may have at a time; more wait at the client.</param>
/// <param name="MaxStreamRateOfIdentity">How many streams one proven identity may open per second; null for no limit.</param>
/// <param name="MaxStreamRate">How many streams may be opened per second by all; null for no limit.</param>
public sealed record XdsOptions(
    TimeSpan? MaxConnectionAge,
    TimeSpan DrainGrace,
    TimeSpan ShutdownDelay,
    TimeSpan WarmingLimit,
    int MaxStreamsPerConnection,
    double? MaxStreamRateOfIdentity,
    double? MaxStreamRate)
{
    /// <summary>Reads the options. Faults are recorded in <paramref name="values"/>.</summary>
    public static XdsOptions Read(SettingValues values) => new(
        values.Get(Settings.MaxConnectionAge), values.Get(Settings.DrainGrace), values.Get(Settings.ShutdownDelay), values.Get(Settings.WarmingLimit),
        values.Get(Settings.MaxStreamsPerConnection), values.Get(Settings.MaxStreamRateOfIdentity), values.Get(Settings.MaxStreamRate));
}
