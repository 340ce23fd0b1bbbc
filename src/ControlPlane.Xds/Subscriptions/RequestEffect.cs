namespace ControlPlane.Xds.Subscriptions;

/// <summary>What a request meant for the last response of its type.</summary>
public enum RequestEffect
{
    /// <summary>Nothing: it opened or changed a subscription.</summary>
    None,

    /// <summary>It accepted a response.</summary>
    Acknowledged,

    /// <summary>It refused a response.</summary>
    Rejected,

    /// <summary>Its nonce is not that of a response that waits for an answer.</summary>
    Stale,

    /// <summary>It refused something that was never sent; it is as if it had not come (X19).</summary>
    Ignored,
}
