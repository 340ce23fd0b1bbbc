using System.Net;
using System.Text.Json;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Json;
using ControlPlane.Translation.Views.Mesh;
using Envoy.Config.Core.V3;
using Istio.Mesh.V1Alpha1;

namespace ControlPlane.Translation.Views.Networks;

/// <summary>The mesh networks (key meshNetworks of the mesh's ConfigMap) as translation reads them.</summary>
internal sealed record MeshNetworksView
{
    private const string Code = "CP0202";

    /// <summary>The networks now; none where the text is absent or can't be read.</summary>
    public static Derivation<Unit, MeshNetworksView> Current { get; } = new("MeshNetworks", static (reader, _) =>
        Read(reader.Find(Tables.MeshNetworks, Tables.MeshConfigKey)?.SpecJson, reader.Get(MeshSettings.Current, Unit.Value).ClusterId));

    /// <summary>The network that this cluster's endpoints are in, "" where none says so.</summary>
    public string OfRegistry { get; private init; } = "";

    /// <summary>Ranges from the widest to the narrowest; of equal ones the network first by name.</summary>
    public EquatableArray<CidrNetwork> Ranges { get; private init; }

    /// <summary>Gateways that are given by address, sorted.</summary>
    public EquatableArray<NetworkGateway> Gateways { get; private init; }

    /// <summary>Gateways that are given by the host of a service: their address is still to be found.</summary>
    public EquatableArray<ServiceGateway> ServiceGateways { get; private init; }

    /// <summary>The addresses that networks name, for gateways.</summary>
    public EquatableArray<Frozen<CidrRange>> InternalRanges { get; private init; }

    /// <summary>What was wrong with the text.</summary>
    public EquatableArray<Diagnostic> Diagnostics { get; private init; }

    private static MeshNetworksView Read(string? json, string clusterId)
    {
        if (json is null)
            return new MeshNetworksView();
        var problems = new List<JsonProblem>();
        try
        {
            var networks = ProtoJson.Parse<MeshNetworks>(json, problems);
            if (problems.Find(problem => !problem.IsUnknownField) is { } fault)
                throw new JsonException($"{fault.Path}: {fault.Message}");
            return Read(networks, clusterId, problems.ConvertAll(problem => Problem(Severity.Warning, problem.Path, problem.Message)));
        }
        catch (JsonException exception)
        {
            return new MeshNetworksView { Diagnostics = [Problem(Severity.Error, "", $"the networks can't be read, none is in force: {exception.Message}")] };
        }
    }

    private static MeshNetworksView Read(MeshNetworks networks, string clusterId, List<Diagnostic> problems)
    {
        var ranges = new List<CidrNetwork>();
        var gateways = new SortedSet<NetworkGateway>();
        var serviceGateways = new List<ServiceGateway>();
        var ofRegistry = "";
        foreach (var (name, network) in networks.Networks.OrderBy(n => n.Key, StringComparer.Ordinal))
        {
            foreach (var endpoint in network.Endpoints)
            {
                if (endpoint.FromCidr.Length == 0)
                    continue;
                if (TryParseRange(endpoint.FromCidr, out var range))
                    ranges.Add(new CidrNetwork(range, name));
                else
                    problems.Add(Problem(Severity.Warning, $"networks[{name}].endpoints", $"'{endpoint.FromCidr}' is no address range and has no effect"));
            }

            var ours = network.Endpoints.Any(e => e.FromRegistry == clusterId);
            if (ours && ofRegistry.Length == 0)
                ofRegistry = name;
            foreach (var gateway in network.Gateways)
            {
                if (gateway.Address.Length > 0)
                    gateways.Add(new NetworkGateway(name, gateway.Address, (int)gateway.Port, ""));
                else if (ours && gateway.RegistryServiceName.Length > 0)
                    serviceGateways.Add(new ServiceGateway(gateway.RegistryServiceName, name, (int)gateway.Port));
            }
        }

        return new MeshNetworksView
        {
            OfRegistry = ofRegistry,
            Ranges = ranges.OrderBy(r => r.Range.PrefixLength).ThenBy(r => r.Network, StringComparer.Ordinal).ToEquatableArray(),
            Gateways = gateways.ToEquatableArray(),
            ServiceGateways = serviceGateways.ToEquatableArray(),
            InternalRanges = Networks.InternalRanges.Of(networks),
            Diagnostics = problems.ToEquatableArray(),
        };
    }

    /// <summary>Parses a range whose address may have bits beyond its prefix, which are dropped.</summary>
    private static bool TryParseRange(string text, out IPNetwork range)
    {
        range = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(text.AsSpan(0, slash), out var address) || !int.TryParse(text.AsSpan(slash + 1), out var length))
            return false;
        var bytes = address.GetAddressBytes();
        if (length < 0 || length > bytes.Length * 8)
            return false;
        for (var bit = length; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        range = new IPNetwork(new IPAddress(bytes), length);
        return true;
    }

    private static Diagnostic Problem(Severity severity, string field, string message) =>
        new(severity, Code, "MeshNetworks", Tables.MeshConfigKey, field, message);
}
