using System.Reflection;

namespace ControlPlane;

/// <summary>The version of the product.</summary>
public static class ProductVersion
{
    /// <summary>The version of Istio whose behaviour the resources follow. Tools that read istiod's version want three numbers of this kind.</summary>
    public const string IstioCompatible = "1.32.0";

    /// <summary>Version of this build, e.g. 1.0.0.</summary>
    public static string Build { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>In the form of istiod's, which Kiali and istioctl parse: VERSION-REVISION-STATUS.</summary>
    public static string Full { get; } = $"{IstioCompatible}-controlplane.{Build}-Clean";
}
