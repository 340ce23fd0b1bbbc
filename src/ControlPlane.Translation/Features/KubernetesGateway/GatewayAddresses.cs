using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Which services a Gateway is served by, and by whom.</summary>
/// <param name="Hosts">Hosts of the services, of the Gateway's namespace; none where no address can be used.</param>
/// <param name="ServiceAccount">The account of the pods; "" for any, where the user deploys them.</param>
/// <param name="Skipped">Addresses of other types, which are ignored.</param>
internal sealed record GatewayAddresses(EquatableArray<string> Hosts, string ServiceAccount, EquatableArray<string> Skipped)
{
    private const string HostnameType = "Hostname";
    private const string IpAddressType = "IPAddress";
    private const string NameAnnotation = "gateway.istio.io/name-override";
    private const string AccountAnnotation = "gateway.istio.io/service-account";

    /// <summary>
    /// Reads the addresses. Without any, or with a single IP address, the pods would be deployed for the Gateway, and their service be called after
    /// it and its class; else the addresses name the services.
    /// </summary>
    public static GatewayAddresses Of(IReader reader, ListenerOwner gateway)
    {
        var spec = gateway.Gateway!.Message;
        var suffix = reader.Get(GatewayApi.DomainSuffix, Unit.Value);
        string Full(string name) => $"{name}.{gateway.Key.Namespace}.svc.{suffix}";
        if (IsDeployed(spec))
        {
            var name = $"{gateway.Key.Name}-{spec.GatewayClassName}";
            return new([Full(gateway.Annotations[NameAnnotation] ?? name)], gateway.Annotations[AccountAnnotation] ?? name, []);
        }

        return new(
            spec.Addresses.Where(IsHostname).Select(a => a.Value.Contains('.', StringComparison.Ordinal) ? a.Value : Full(a.Value)).ToEquatableArray(),
            "",
            spec.Addresses.Where(static a => !IsHostname(a)).Select(static a => a.Value).ToEquatableArray());
    }

    /// <summary>Whether pods would be deployed for a Gateway.</summary>
    public static bool IsDeployed(Api.GatewaySpec spec) =>
        spec.Addresses.Count == 0 || (spec.Addresses.Count == 1 && (spec.Addresses[0].Type ?? IpAddressType) == IpAddressType);

    private static bool IsHostname(Api.GatewayAddress address) => (address.Type ?? IpAddressType) == HostnameType;
}
