namespace ControlPlane.Options;

/// <summary>Options: xDS streams and their end.</summary>
/// <param name="MaxConnectionAge">After this time a connection is asked to go, so that proxies spread over replicas; null for never.</param>
/// <param name="DrainGrace">Time between GOAWAY and the end of streams, at shutdown and for age.</param>
/// <param name="ShutdownDelay">Time between a signal (from then on not ready) and GOAWAY, for load balancers to notice.</param>
/// <param name="WarmingLimit">How long listeners and routes wait for a client to make use of clusters that are new to it, at most an hour.</param>
public sealed record XdsOptions(TimeSpan? MaxConnectionAge, TimeSpan DrainGrace, TimeSpan ShutdownDelay, TimeSpan WarmingLimit)
{
    /// <summary>Reads the options. Faults are recorded in <paramref name="values"/>.</summary>
    public static XdsOptions Read(SettingValues values) => new(
        values.Get(Settings.MaxConnectionAge), values.Get(Settings.DrainGrace), values.Get(Settings.ShutdownDelay), values.Get(Settings.WarmingLimit));
}
