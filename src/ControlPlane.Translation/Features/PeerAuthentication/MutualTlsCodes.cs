namespace ControlPlane.Translation.Features.PeerAuthentication;

/// <summary>Codes of warnings where the effective mutual TLS is not what an object seems to say, or breaks clients. All of the objects are in force.</summary>
public static class MutualTlsCodes
{
    /// <summary>An older PeerAuthentication of the same level is in force instead, for all or some of the workloads.</summary>
    public const string Superseded = "CP0141";

    /// <summary>A PeerAuthentication of the root namespace has a selector, which counts for nothing there.</summary>
    public const string SelectorInRootNamespace = "CP0142";

    /// <summary>A port level names a port of a Service where that of the pods is meant, or one that the pods do not have.</summary>
    public const string UnknownPort = "CP0143";

    /// <summary>Pods that a PeerAuthentication selects have no proxy, so that nothing enforces it.</summary>
    public const string WithoutProxy = "CP0144";

    /// <summary>Pods of a headless Service take plaintext only, which its clients can't see: they go on with mutual TLS.</summary>
    public const string HeadlessDisabled = "CP0145";

    /// <summary>A DestinationRule makes clients send plaintext, or TLS without their certificate, to pods that take mutual TLS only.</summary>
    public const string RuleWithoutMutualTls = "CP0146";

    /// <summary>A DestinationRule makes clients send mutual TLS to pods that take plaintext only.</summary>
    public const string RuleWithMutualTls = "CP0147";

    /// <summary>Workloads are STRICT in a namespace whose own level is DISABLE: clients go by the latter and send plaintext.</summary>
    public const string StrictBelowDisable = "CP0148";

    /// <summary>STRICT where the mesh has automatic mutual TLS off and no DestinationRule makes clients use it.</summary>
    public const string StrictWithoutAutoMtls = "CP0149";
}
