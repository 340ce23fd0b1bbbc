using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Xds.Streams;

/// <summary>Logs the refusals of one client, with its reasons, not more often than is useful.</summary>
internal sealed class NackLog(ILogger logger, TimeProvider time, TimeSpan interval, string node)
{
    private long? _last;
    private long _unlogged;

    /// <summary>Logs a refusal, or counts it for the next line.</summary>
    public void Write(XdsType type, string nonce, NackDetail error)
    {
        if (_last is { } last && time.GetElapsedTime(last) < interval)
        {
            _unlogged++;
            return;
        }

        XdsLog.Nack(logger, node, type.ShortName(), nonce, _unlogged, error.Message);
        _last = time.GetTimestamp();
        _unlogged = 0;
    }
}
