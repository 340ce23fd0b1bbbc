namespace ControlPlane.Translation.Views.Services;

/// <summary>How the endpoints of a service are found.</summary>
public enum Resolution
{
    /// <summary>The proxy balances over endpoints that it is given (EDS).</summary>
    ClientSide,

    /// <summary>The original destination of the connection (headless Services, ServiceEntry NONE).</summary>
    Passthrough,

    /// <summary>The proxy resolves host names, all answers (ServiceEntry DNS).</summary>
    Dns,

    /// <summary>The proxy resolves host names, one answer (ServiceEntry DNS_ROUND_ROBIN).</summary>
    DnsRoundRobin,

    /// <summary>The proxy resolves the host that the request names (ServiceEntry DYNAMIC_DNS).</summary>
    DynamicDns,

    /// <summary>Another name of a service (ExternalName).</summary>
    Alias,
}
