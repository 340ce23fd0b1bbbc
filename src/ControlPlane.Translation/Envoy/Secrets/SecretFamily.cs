using System.Text;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Envoy.Capabilities;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Envoy.Secrets;

/// <summary>
/// The family of Secret resources: those that a client asks for, exist, and are its to have (<see cref="SecretAccess"/>). The others are left
/// out without a word, so that nobody can find out by asking what exists.
/// </summary>
public static class SecretFamily
{
    /// <summary>The only instance.</summary>
    public static ResourceFamily<SecretItem, SecretInput> Instance { get; } =
        new(XdsType.Secret, Members, Input, static input => input.Build(), static _ => true);

    private static EquatableArray<SecretItem> Members(IReader reader, ClassScope scope)
    {
        var proxy = scope.Class;
        var items = new List<SecretItem>();
        foreach (var name in scope.Asked)
        {
            if (SecretNames.TryParse(name, proxy.Namespace, out var secret))
            {
                if (IsAllowed(reader, proxy, secret))
                    items.Add(new SecretItem(secret, name, secret.IsRoots ? null : ProxyConfigs.Of(reader, proxy).PrivateKeyProvider?.Freeze()));
            }
            else if (proxy.Capabilities.Agentless && FileSecrets.Resolve(name) is not null)
            {
                items.Add(new SecretItem(null, name, null));
            }
        }

        return items.ToEquatableArray();
    }

    /// <summary>
    /// Trust anchors are public within the namespace, those of ConfigMaps everywhere. A Secret of another namespace is nobody's, whoever names
    /// it; one that a Gateway names needs both to be of the proxy's namespace.
    /// </summary>
    private static bool IsAllowed(IReader reader, ProxyClass proxy, SecretReference secret) => secret.Source switch
    {
        _ when proxy.SecretAccess == SecretAccess.None => false,
        SecretSource.ConfigMap => true,
        SecretSource.Gateway => reader.Get(MergedGateways.OwnCredentials, proxy).Contains(secret.Resource),
        _ => secret.Namespace == proxy.Namespace && (secret.IsRoots || proxy.SecretAccess switch
        {
            SecretAccess.Namespace => true,
            SecretAccess.Served => reader.Get(MergedGateways.ServedCredentials, proxy).Contains(secret.Resource),
            _ => false,
        }),
    };

    private static SecretInput? Input(IReader reader, SecretItem item)
    {
        if (item.Reference is not { } secret)
            return new SecretInput.Files(item.Resource);
        if (secret.Source == SecretSource.ConfigMap)
            return Roots(item.Resource, Encoded(reader.Find(Tables.ConfigMaps, new ObjectKey(secret.Namespace, secret.BareName))?.Data));
        if (secret.IsRoots)
            return Roots(item.Resource, Data(reader, secret.Namespace, secret.Name) ?? Data(reader, secret.Namespace, secret.BareName));
        return Data(reader, secret.Namespace, secret.Name) is { } data && SecretContents.Certificate(data) is var (chain, key, staple)
            ? new SecretInput.Certificate(item.Resource, chain, key, staple, item.KeyProvider)
            : null;
    }

    private static LabelMap? Data(IReader reader, string @namespace, string name) => reader.Find(Tables.Secrets, new ObjectKey(@namespace, name))?.Base64Data;

    private static SecretInput.Roots? Roots(string resource, LabelMap? data) =>
        data is not null && SecretContents.Roots(data) is var (anchors, revoked) ? new SecretInput.Roots(resource, anchors, revoked) : null;

    private static LabelMap? Encoded(LabelMap? data) => data is null
        ? null
        : LabelMap.From(data.Select(d => KeyValuePair.Create(d.Key, Convert.ToBase64String(Encoding.UTF8.GetBytes(d.Value)))));
}
