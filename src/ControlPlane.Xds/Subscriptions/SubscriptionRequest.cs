namespace ControlPlane.Xds.Subscriptions;

/// <summary>What a request says about one type, free of its wire format.</summary>
public abstract record SubscriptionRequest
{
    /// <summary>The name that stands for all resources of a type.</summary>
    public const string WildcardName = "*";

    /// <summary>The response_nonce, "" where absent.</summary>
    public string Nonce { get; init; } = "";

    /// <summary>The error_detail. Its presence makes the request a NACK, whatever else it says (X17).</summary>
    public NackDetail? Error { get; init; }
}
