namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Reasons of conditions, as the Gateway API defines them; a few are istiod's, where the API has none.</summary>
internal static class Reasons
{
    public const string Accepted = "Accepted";
    public const string Programmed = "Programmed";
    public const string ResolvedRefs = "ResolvedRefs";
    public const string NoConflicts = "NoConflicts";
    public const string Invalid = "Invalid";
    public const string ListenersNotValid = "ListenersNotValid";
    public const string UnsupportedAddress = "UnsupportedAddress";
    public const string AddressNotAssigned = "AddressNotAssigned";
    public const string AddressNotUsable = "AddressNotUsable";
    public const string InvalidClientCertificate = "InvalidClientCertificateRef";
    public const string ConfigurationChanged = "ConfigurationChanged";
    public const string NotAllowed = "NotAllowed";

    public const string ProtocolConflict = "ProtocolConflict";
    public const string HostnameConflict = "HostnameConflict";
    public const string UnsupportedProtocol = "UnsupportedProtocol";
    public const string InvalidRouteKinds = "InvalidRouteKinds";
    public const string InvalidCertificate = "InvalidCertificateRef";
    public const string InvalidRoots = "InvalidCACertificateRef";
    public const string InvalidRootsKind = "InvalidCACertificateKind";
    public const string NoValidRoots = "NoValidCACertificate";
    public const string RefNotPermitted = "RefNotPermitted";

    public const string NoMatchingParent = "NoMatchingParent";
    public const string NoMatchingHostname = "NoMatchingListenerHostname";
    public const string NotAllowedByListeners = "NotAllowedByListeners";
    public const string BackendNotFound = "BackendNotFound";
    public const string InvalidKind = "InvalidKind";
    public const string InvalidDestination = "InvalidDestination";
    public const string InvalidFilter = "InvalidFilter";
    public const string InvalidConfiguration = "InvalidConfiguration";

    public const string TargetNotFound = "TargetNotFound";
    public const string Conflicted = "Conflicted";
    public const string Ignored = "IgnoredByIstio";
}
