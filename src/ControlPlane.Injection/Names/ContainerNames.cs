namespace ControlPlane.Injection.Names;

/// <summary>Names of the containers that injection adds and looks for.</summary>
internal static class ContainerNames
{
    public const string Proxy = "istio-proxy";
    public const string Init = "istio-init";
    public const string Validation = "istio-validation";
    public const string CoreDump = "enable-core-dump";
}
