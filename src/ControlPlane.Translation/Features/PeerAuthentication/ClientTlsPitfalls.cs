using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Features.Validation;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Endpoints;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;
using TlsMode = Istio.Networking.V1Alpha3.ClientTLSSettings.Types.TLSmode;

namespace ControlPlane.Translation.Features.PeerAuthentication;

/// <summary>Where the TLS that a DestinationRule gives clients is not what the servers take.</summary>
internal static class ClientTlsPitfalls
{
    /// <summary>What the pods of a service (of a subset, by its labels) take, by service port, each answer once.</summary>
    private static readonly Derivation<(MeshService Service, LabelMap Subset), EquatableArray<ServerMode>> Servers = new("MutualTls.Servers", static (reader, key) =>
        reader.Get(EndpointDirectory.Of, key.Service)
            .Where(e => !e.Workload.Labels.IsEmpty && key.Subset.IsSubsetOf(e.Workload.Labels))
            .Select(e => new ServerMode(
                e.PortName, e.Port, e.Workload.AcceptsMtls, reader.Get(PeerAuthentications.OfWorkload, new WorkloadKey(e.Workload.Namespace, e.Workload.Labels)).OfPort(e.Port)))
            .Distinct().OrderBy(static m => m.PortName, StringComparer.Ordinal).ThenBy(static m => m.Target).ThenBy(static m => m.HasProxy).ThenBy(static m => m.Mode)
            .ToEquatableArray());

    /// <summary>Warns of settings of a DestinationRule that its servers don't take.</summary>
    public static void Check(IReader reader, ObjectKey key, References found)
    {
        if (reader.Get(DestinationRules.Object, key).Spec is not { } spec)
            return;
        foreach (var setting in SettingsOf(spec).Where(static s => s.Tls.Mode != TlsMode.Mutual))
        {
            // The first conflict of each setting tells enough.
            if (HostNames.IsWildcard(spec.Host))
                CheckNamespaces(reader, spec.Host, setting, found);
            else
                CheckServers(reader, spec.Host, setting, found);
        }
    }

    /// <summary>The TLS settings of a rule, each with the service ports that it is for (0 for all but those excepted).</summary>
    public static IEnumerable<Setting> SettingsOf(DestinationRuleSpec spec)
    {
        foreach (var setting in Of(spec.Policy, "spec.trafficPolicy", LabelMap.Empty))
            yield return setting;
        for (var i = 0; i < spec.Subsets.Count; i++)
        {
            foreach (var setting in Of(spec.Subsets[i].Policy, string.Create(CultureInfo.InvariantCulture, $"spec.subsets[{i}].trafficPolicy"), spec.Subsets[i].Labels))
                yield return setting;
        }
    }

    private static IEnumerable<Setting> Of(TrafficPolicy? policy, string field, LabelMap subset)
    {
        if (policy is null)
            yield break;
        if (policy.Tls is { } tls)
            yield return new Setting(tls, field + ".tls.mode", 0, [.. policy.PortLevelSettings.Select(static p => (int)(p.Port?.Number ?? 0))], subset);
        for (var i = 0; i < policy.PortLevelSettings.Count; i++)
        {
            if (policy.PortLevelSettings[i] is { Tls: { } ofPort, Port: { } port })
                yield return new Setting(ofPort, string.Create(CultureInfo.InvariantCulture, $"{field}.portLevelSettings[{i}].tls.mode"), (int)port.Number, [], subset);
        }
    }

    /// <summary>Rules for many hosts are compared with whole namespaces, so that the endpoints of all services need not be looked at.</summary>
    private static void CheckNamespaces(IReader reader, string host, Setting setting, References found)
    {
        var isMutual = setting.Tls.Mode == TlsMode.IstioMutual;
        foreach (var service in reader.Get(ServiceDirectory.All, Unit.Value))
        {
            if (!service.IsKubernetes || !HostNames.Overlap(host, service.Host))
                continue;
            var mode = reader.Get(PeerAuthentications.OfNamespace, service.Namespace);
            if (mode != (isMutual ? MutualTlsMode.Disable : MutualTlsMode.Strict))
                continue;
            Warn(setting, $"services of namespace {service.Namespace}, which is {Text(mode)}", isMutual, found);
            return;
        }
    }

    private static void CheckServers(IReader reader, string host, Setting setting, References found)
    {
        var isMutual = setting.Tls.Mode == TlsMode.IstioMutual;
        foreach (var service in reader.Get(ServiceDirectory.OfHost, host).Where(static s => !s.MeshExternal))
        {
            foreach (var server in reader.Get(Servers, (service, setting.Subset)))
            {
                if (service.Ports.FirstOrDefault(p => p.Name == server.PortName) is not { } port || !setting.IsFor(port.Number))
                    continue;
                var takesPlaintextOnly = server.HasProxy ? server.Mode == MutualTlsMode.Disable : service.IsKubernetes;
                if (isMutual ? !takesPlaintextOnly : !server.HasProxy || server.Mode != MutualTlsMode.Strict)
                    continue;
                var why = server.HasProxy ? $"where PeerAuthentication is {Text(server.Mode)}" : "which has no proxy";
                Warn(setting, string.Create(CultureInfo.InvariantCulture, $"port {server.Target} of pods of {host}, {why}"), isMutual, found);
                return;
            }
        }
    }

    private static void Warn(Setting setting, string servers, bool isMutual, References found)
    {
        if (isMutual)
            found.Warn(MutualTlsCodes.RuleWithMutualTls, setting.Field, $"clients send mutual TLS to {servers}: it takes plaintext only, their connections fail");
        else
            found.Warn(MutualTlsCodes.RuleWithoutMutualTls, setting.Field, $"clients send {(setting.Tls.Mode == TlsMode.Simple ? "TLS without their certificate" : "plaintext")} to {servers}: it takes mutual TLS only, their connections fail");
    }

    private static string Text(MutualTlsMode mode) => mode.ToString().ToUpperInvariant();

    /// <summary>TLS settings of clients.</summary>
    /// <param name="Tls">The settings.</param>
    /// <param name="Field">Path of the mode.</param>
    /// <param name="Port">The service port that they are for, 0 for all but <paramref name="Except"/>.</param>
    /// <param name="Except">Service ports with settings of their own, which replace these.</param>
    /// <param name="Subset">Labels of the pods that they are for.</param>
    public sealed record Setting(ClientTLSSettings Tls, string Field, int Port, IReadOnlyList<int> Except, LabelMap Subset)
    {
        /// <summary>Whether they are for a service port.</summary>
        public bool IsFor(int number) => Port == 0 ? !Except.Contains(number) : Port == number;
    }

    private readonly record struct ServerMode(string PortName, int Target, bool HasProxy, MutualTlsMode Mode);
}
