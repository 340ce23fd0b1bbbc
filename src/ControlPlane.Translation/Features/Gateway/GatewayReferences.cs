using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Envoy.Secrets;
using ControlPlane.Translation.Features.Selection;
using ControlPlane.Translation.Features.Validation;
using ControlPlane.Translation.Views;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>What in a Gateway leads nowhere: its selector, and the Secrets that its servers name.</summary>
internal static class GatewayReferences
{
    private static readonly Derivation<ObjectKey, bool> HasCertificate = new(
        "Secret.HasCertificate", static (reader, key) => reader.Find(Tables.Secrets, key) is { } secret && SecretContents.Certificate(secret.Base64Data) is not null);

    /// <summary>
    /// The servers that pods with these labels leave out, by Gateway and position. Ports count as they are written: two that a Service leads to
    /// one port of the pods are not seen here.
    /// </summary>
    private static readonly Derivation<LabelMap, EquatableArray<(ObjectKey Gateway, int Server)>> Dropped = new("Gateway.Dropped", static (reader, labels) =>
    {
        var gateways = reader.Get(Gateways.OfLabels, labels);
        var kept = new GatewayMerge(static (_, port) => [port]).Merge(gateways).Groups.SelectMany(static g => g.Servers).ToHashSet<GatewayServer>(ReferenceEqualityComparer.Instance);
        return gateways.SelectMany(g => g.Servers.Select((s, i) => (Server: s, Place: (g.Key, i)))).Where(s => !kept.Contains(s.Server)).Select(static s => s.Place).ToEquatableArray();
    });

    public static void Check(IReader reader, ObjectKey key, References references)
    {
        // A Gateway without selector is for every gateway: which are there is not known from objects alone.
        if (reader.Get(Gateways.Object, key).Spec is not { Selector.IsEmpty: false } spec)
            return;
        var namespaces = reader.Get(SelectedPods.Namespaces, spec.Selector);
        if (namespaces.IsEmpty)
        {
            references.Warn(References.GatewayWithoutPod, "spec.selector", $"no pod has the labels {spec.Selector}: nothing serves this Gateway");
            return;
        }

        var pods = reader.Get(SelectedPods.Labels, (spec.Selector, reader.Get(Gateways.SelectorLabels, Unit.Value)));
        for (var i = 0; i < spec.Servers.Count; i++)
        {
            if (pods.Any(labels => reader.Get(Dropped, labels).Contains((key, i))))
                references.Warn(References.ServerConflict, $"spec.servers[{i}]", $"it conflicts with an earlier server of port {spec.Servers[i].Port}, which the same pods serve: this one is left out");
            if (spec.Servers[i].Tls?.Message is { } tls)
                CheckCredentials(reader, tls, namespaces, $"spec.servers[{i}].tls", references);
        }
    }

    private static void CheckCredentials(IReader reader, ServerTLSSettings tls, IEnumerable<string> namespaces, string field, References references)
    {
        var names = tls.CredentialNames.Count > 0
            ? tls.CredentialNames.Select((n, i) => (Name: n, Field: $"{field}.credentialNames[{i}]"))
            : [(Name: tls.CredentialName, Field: $"{field}.credentialName")];
        foreach (var (name, path) in names.Where(n => n.Name.Length > 0 && !n.Name.StartsWith(SecretNames.ExternalScheme, StringComparison.Ordinal)))
        {
            foreach (var @namespace in namespaces)
            {
                if (!SecretNames.TryParse(SecretNames.Resource(name), @namespace, out var secret) || secret.Source == SecretSource.ConfigMap)
                    continue;
                if (!reader.Get(HasCertificate, new ObjectKey(secret.Namespace, secret.Name)))
                {
                    references.Warn(
                        References.UnknownSecret, path,
                        $"there is no Secret {secret.Namespace}/{secret.Name} with a certificate and its key, where the pods of this Gateway look for it: its TLS connections fail");
                }
            }
        }
    }
}
