using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Features.ServiceEntry;
using ControlPlane.Translation.Features.Validation;
using Istio.Networking.V1Alpha3;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>The BackendTLSPolicies, and the DestinationRules that they stand for: one per target and host.</summary>
internal static class BackendTlsPolicies
{
    private const string IgnoreAnnotation = "istio.io/ignore-policy-attachment";
    private const string System = "System";

    /// <summary>The objects.</summary>
    public static TableId<ConfigObject> Table { get; } = GatewayApi.Table("BackendTLSPolicy");

    private static readonly TableIndex<ConfigObject, string> ByNamespace = new(Table, static o => [o.Meta.Namespace]);

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<BackendTlsPolicyObject>> Object { get; } = new(
        "BackendTLSPolicy.Object", static (reader, key) => reader.Find(Table, key) is { } source ? Read(source) : new(null, []));

    /// <summary>The policies of a namespace in force, the oldest first.</summary>
    private static readonly Derivation<string, EquatableArray<BackendTlsPolicyObject>> InNamespace = new("BackendTLSPolicy.InNamespace", static (reader, name) =>
        reader.Lookup(ByNamespace, name)
            .Select(o => reader.Get(Object, o.Key).Spec)
            .OfType<BackendTlsPolicyObject>()
            .Where(static p => !p.Ignored)
            .OrderBy(static p => p.CreationTime).ThenBy(static p => p.Key.Name, StringComparer.Ordinal)
            .ToEquatableArray());

    /// <summary>The DestinationRules that the policies of a namespace stand for. They have no age, and so go before all others.</summary>
    public static Derivation<string, EquatableArray<DestinationRuleSpec>> RulesOf { get; } = new("BackendTLSPolicy.Rules", static (reader, name) =>
    {
        var policies = reader.Get(InNamespace, name);
        if (policies.IsEmpty)
            return [];
        return policies
            .SelectMany(p => p.Spec.Message.TargetRefs.Where(t => Older(policies, p, t) is null).Select(t => (Policy: p, Target: t)))
            .GroupBy(static t => (t.Target.Group, t.Target.Kind, t.Target.Name))
            .OrderBy(static g => g.Key.Kind, StringComparer.Ordinal).ThenBy(static g => g.Key.Name, StringComparer.Ordinal)
            .SelectMany(g => Rules(reader, name, g.Key.Kind, g.Key.Name, [.. g.Where(t => TargetFault(reader, name, t.Target) is null)]))
            .ToEquatableArray();
    });

    /// <summary>What became of a policy; null for one that is refused.</summary>
    public static Derivation<ObjectKey, PolicyOutcome?> Outcome { get; } = new("BackendTLSPolicy.Outcome", static (reader, key) =>
    {
        if (reader.Get(Object, key).Spec is not { } policy)
            return null;
        if (policy.Ignored)
        {
            var refusal = new Refusal(Reasons.Ignored, $"annotation {IgnoreAnnotation} takes the policy out of force");
            return new PolicyOutcome(null, policy.Spec.Message.TargetRefs.Select(t => (t.Freeze(), (Refusal?)refusal)).ToEquatableArray()) { IsIgnored = true };
        }

        var all = reader.Get(InNamespace, key.Namespace);
        return new PolicyOutcome(
            Credential(reader, policy).Refusal,
            policy.Spec.Message.TargetRefs.Select(target => (
                target.Freeze(),
                TargetFault(reader, key.Namespace, target) is { } missing ? new Refusal(Reasons.TargetNotFound, missing)
                : Older(all, policy, target) is { } older ? new Refusal(Reasons.Conflicted, $"the older BackendTLSPolicy {older.Key} is for the same target")
                : null)).ToEquatableArray());
    });

    /// <summary>Notes what in a policy has no effect, or blocks its targets.</summary>
    public static void Check(IReader reader, ObjectKey key, References found)
    {
        if (reader.Get(Outcome, key) is not { IsIgnored: false } outcome)
            return;
        if (outcome.RootsRefusal is { } roots)
        {
            found.Warn(
                References.IneffectivePolicy, "spec.validation.caCertificateRefs[0]",
                $"{roots.Message}: gateways fail requests to the targets, and sidecars, as with istiod, send them without TLS");
        }

        for (var i = 0; i < outcome.Targets.Count; i++)
        {
            if (outcome.Targets[i].Refusal is { } refusal)
                found.Warn(References.IneffectivePolicy, $"spec.targetRefs[{i}]", $"{refusal.Message}: this policy has no effect on it");
        }
    }

    private static Parsed<BackendTlsPolicyObject> Read(ConfigObject source)
    {
        var ignored = string.Equals(source.Meta.Annotations[IgnoreAnnotation], "true", StringComparison.OrdinalIgnoreCase);
        return SpecReader.Parse<Api.BackendTlsPolicySpec, BackendTlsPolicyObject>(
            source,
            (message, problems) => Check(message, ignored, problems),
            message => new BackendTlsPolicyObject(source.Key, source.Meta.CreationTime, ignored, message.Freeze()));
    }

    private static void Check(Api.BackendTlsPolicySpec message, bool ignored, Problems problems)
    {
        problems.Require(message.TargetRefs.Count > 0, "spec.targetRefs", "at least one target is required");
        problems.Require(message.Validation is not null, "spec.validation", "it is required");
        if (ignored)
            problems.Warn($"metadata.annotations[{IgnoreAnnotation}]", "this object has no effect");
        if (message.Options.Count > 0)
            problems.Warn("spec.options", "they have no effect");
        if (message.Validation is not { } validation)
            return;
        if (validation.CaCertificateRefs.Count > 1)
            problems.Warn("spec.validation.caCertificateRefs", "only the first one counts");
        if (validation.WellKnownCaCertificates is not ("" or System))
            problems.Warn("spec.validation.wellKnownCACertificates", $"'{validation.WellKnownCaCertificates}' is not known: the proxy's own roots are taken");
        for (var i = 0; i < validation.SubjectAltNames.Count; i++)
        {
            if (validation.SubjectAltNames[i].Type is not ("Hostname" or "URI"))
                problems.Warn($"spec.validation.subjectAltNames[{i}].type", $"'{validation.SubjectAltNames[i].Type}' is no type and has no effect");
        }
    }

    /// <summary>The older policy that takes a target from another; null where there is none.</summary>
    private static BackendTlsPolicyObject? Older(EquatableArray<BackendTlsPolicyObject> inOrder, BackendTlsPolicyObject policy, Api.PolicyTarget target) =>
        inOrder.TakeWhile(p => p.Key != policy.Key).FirstOrDefault(p => p.Spec.Message.TargetRefs.Contains(target));

    private static IEnumerable<DestinationRuleSpec> Rules(
        IReader reader, string @namespace, string kind, string name, IReadOnlyList<(BackendTlsPolicyObject Policy, Api.PolicyTarget Target)> targets)
    {
        if (targets.Count == 0)
            yield break;
        var (hosts, ports) = Service(reader, kind, new ObjectKey(@namespace, name));
        var policy = new TrafficPolicy();
        foreach (var (source, target) in targets)
        {
            var tls = Tls(source.Spec.Message.Validation, Credential(reader, source).Name);
            if (target.SectionName.Length == 0)
                policy.Tls ??= tls;
            else if (policy.PortLevelSettings.All(p => p.Port.Number != PortOf(ports, target)))
                policy.PortLevelSettings.Add(new TrafficPolicy.Types.PortTrafficPolicy { Port = new PortSelector { Number = PortOf(ports, target) }, Tls = tls });
        }

        var inOrder = policy.PortLevelSettings.OrderBy(static p => p.Port.Number).ToList();
        policy.PortLevelSettings.Clear();
        policy.PortLevelSettings.AddRange(inOrder);
        foreach (var host in hosts)
        {
            var middle = kind == GatewayApi.ServiceEntry ? $"~{host.Replace('.', '-')}" : "";
            yield return new DestinationRuleSpec { Key = new ObjectKey(@namespace, $"{name}{middle}~{GatewayApi.Mark}"), Host = host, Policy = policy, IsDerived = true };
        }
    }

    private static uint PortOf(IEnumerable<(string Name, int Number)> ports, Api.PolicyTarget target) => (uint)ports.First(p => p.Name == target.SectionName).Number;

    private static ClientTLSSettings Tls(Api.BackendTlsValidation validation, string credential)
    {
        var tls = new ClientTLSSettings { Mode = ClientTLSSettings.Types.TLSmode.Simple, Sni = validation.Hostname, CredentialName = credential };
        tls.SubjectAltNames.AddRange(validation.SubjectAltNames.Where(static n => n.Type is "Hostname" or "URI").Select(static n => n.Type == "URI" ? n.Uri : n.Hostname));
        return tls;
    }

    /// <summary>Name of the trust anchors, "" for those of the proxy; where they can't be had, a name that no secret has, so that gateways send nothing unverified.</summary>
    private static (string Name, Refusal? Refusal) Credential(IReader reader, BackendTlsPolicyObject policy)
    {
        var validation = policy.Spec.Message.Validation;
        if (validation.WellKnownCaCertificates.Length > 0 || validation.CaCertificateRefs.Count == 0)
            return ("", null);
        var reference = validation.CaCertificateRefs[0];
        if ((reference.Group ?? "").Length > 0 || reference.Kind != GatewayApi.ConfigMap)
            return (SecretNames.InvalidScheme, new Refusal(Reasons.InvalidKind, $"a ConfigMap is required, found {reference.Group}/{reference.Kind}"));
        var key = new ObjectKey(policy.Key.Namespace, reference.Name);
        return reader.Get(CertificateChecks.MapWithoutRoots, key) is { } fault
            ? (SecretNames.InvalidScheme, new Refusal(Reasons.InvalidRoots, $"ConfigMap {key} {fault}"))
            : ($"{SecretNames.ConfigMapScheme}{key.Namespace}/{key.Name}", null);
    }

    private static string? TargetFault(IReader reader, string @namespace, Api.PolicyTarget target)
    {
        var key = new ObjectKey(@namespace, target.Name);
        if ((target.Group, target.Kind) is not (("", GatewayApi.Service) or (GatewayApi.IstioGroup, GatewayApi.ServiceEntry)))
            return $"a Service or ServiceEntry is required, found {target.Group}/{target.Kind}";
        var (hosts, ports) = Service(reader, target.Kind, key);
        if (hosts.IsEmpty)
            return $"there is no {target.Kind} {key}";
        return target.SectionName.Length == 0 || ports.Any(p => p.Name == target.SectionName) ? null : $"{target.Kind} {key} has no port {target.SectionName}";
    }

    private static (EquatableArray<string> Hosts, EquatableArray<(string Name, int Number)> Ports) Service(IReader reader, string kind, ObjectKey key) =>
        reader.Get(kind == GatewayApi.Service ? KubernetesPorts : EntryPorts, key);

    private static readonly Derivation<ObjectKey, (EquatableArray<string> Hosts, EquatableArray<(string Name, int Number)> Ports)> KubernetesPorts = new(
        "BackendTLSPolicy.Service",
        static (reader, key) => reader.Get(GatewayApi.ServiceExists, key)
            ? ([GatewayApi.HostOf(reader, key)], reader.Find(Tables.Services, key)!.Ports.Select(static p => (p.Name, p.Port)).ToEquatableArray())
            : ([], []));

    private static readonly Derivation<ObjectKey, (EquatableArray<string> Hosts, EquatableArray<(string Name, int Number)> Ports)> EntryPorts = new(
        "BackendTLSPolicy.ServiceEntry",
        static (reader, key) =>
        {
            var services = reader.Get(ServiceEntries.ServicesOf, key);
            return (
                services.Select(static s => s.Host).Distinct(StringComparer.Ordinal).ToEquatableArray(),
                services.SelectMany(static s => s.Ports).Select(static p => (p.Name, p.Number)).Distinct().ToEquatableArray());
        });
}
