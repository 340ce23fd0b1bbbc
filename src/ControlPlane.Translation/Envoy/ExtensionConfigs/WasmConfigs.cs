using System.Text;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.TrafficExtension;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Wasm.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Istio.Extensions.V1Alpha1;
using HttpWasm = Envoy.Extensions.Filters.Http.Wasm.V3.Wasm;
using NetworkWasm = Envoy.Extensions.Filters.Network.Wasm.V3.Wasm;
using WasmVm = Envoy.Extensions.Wasm.V3.VmConfig;

namespace ControlPlane.Translation.Envoy.ExtensionConfigs;

/// <summary>
/// Configurations of Wasm filters. Istio's agent fetches the module and tells Envoy where it lies; what it needs for that stands in the module's
/// environment.
/// </summary>
internal static class WasmConfigs
{
    private const string Runtime = "envoy.wasm.runtime.v8";
    private const string FilePrefix = "file://";
    private const string PullPolicyVariable = "ISTIO_META_WASM_IMAGE_PULL_POLICY";
    private const string PullSecretVariable = "ISTIO_META_WASM_IMAGE_PULL_SECRET";
    private const string VersionVariable = "ISTIO_META_WASM_PLUGIN_RESOURCE_VERSION";
    private const string DockerType = "kubernetes.io/dockerconfigjson";
    private const string DockerKey = ".dockerconfigjson";

    // The agent fetches modules, no cluster of Envoy does.
    private const string NoCluster = "_";

    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The configuration of an extension.</summary>
    /// <param name="reader">Where Secrets are read.</param>
    /// <param name="extension">The extension, of Wasm.</param>
    /// <param name="withSecret">Whether the credentials for the registry may be told.</param>
    public static TypedExtensionConfig Of(IReader reader, TrafficExtensionSpec extension, bool withSecret)
    {
        var wasm = extension.Wasm!.Message;
        var plugin = new PluginConfig
        {
            Name = $"{extension.Key.Namespace}.{extension.Name}",
            RootId = wasm.PluginName,
            Configuration = wasm.PluginConfig is { Fields.Count: > 0 } config ? ProtoJson.Pack(new StringValue { Value = Json(config) }) : new Any(),
            FailurePolicy = wasm.FailStrategy switch
            {
                FailStrategy.FailOpen => FailurePolicy.FailOpen,
                FailStrategy.FailReload => FailurePolicy.FailReload,
                _ => FailurePolicy.FailClosed,
            },
            VmConfig = new WasmVm { Runtime = Runtime, Code = Code(wasm), EnvironmentVariables = Environment(reader, extension, wasm, withSecret) },
        };
        IMessage filter = extension.HandlesConnections ? new NetworkWasm { Config = plugin } : new HttpWasm { Config = plugin };
        return new TypedExtensionConfig { Name = extension.ResourceName, TypedConfig = ProtoJson.Pack(filter) };
    }

    private static AsyncDataSource Code(WasmConfig wasm)
    {
        var scheme = WasmRules.Scheme(wasm.Url);
        if (scheme == "file")
            return new AsyncDataSource { Local = new DataSource { Filename = wasm.Url.StartsWith(FilePrefix, StringComparison.Ordinal) ? wasm.Url[FilePrefix.Length..] : wasm.Url } };
        var uri = scheme!.Length == 0 ? "oci://" + wasm.Url : scheme + wasm.Url[scheme.Length..];
        return new AsyncDataSource
        {
            Remote = new RemoteDataSource { HttpUri = new HttpUri { Uri = uri, Cluster = NoCluster, Timeout = Duration.FromTimeSpan(FetchTimeout) }, Sha256 = wasm.Sha256 },
        };
    }

    /// <summary>What is meant for the agent, which takes the credentials out; over it the user's own variables.</summary>
    private static EnvironmentVariables Environment(IReader reader, TrafficExtensionSpec extension, WasmConfig wasm, bool withSecret)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal) { [VersionVariable] = extension.ResourceVersion };
        if (wasm.ImagePullPolicy != PullPolicy.UnspecifiedPolicy)
            values[PullPolicyVariable] = wasm.ImagePullPolicy == PullPolicy.Always ? "Always" : "IfNotPresent";
        if (SecretName(extension, wasm) is { } secret)
            values[PullSecretVariable] = withSecret ? Credentials(reader, secret) : "";
        var result = new EnvironmentVariables();
        foreach (var variable in wasm.VmConfig?.Env ?? [])
        {
            if (variable.ValueFrom == EnvValueSource.Host)
                result.HostEnvKeys.Add(variable.Name);
            else
                values[variable.Name] = variable.Value;
        }

        foreach (var (name, value) in values)
            result.KeyValues.Add(name, value);
        return result;
    }

    /// <summary>The Secret with the credentials: always of the extension's own namespace, whatever the name says.</summary>
    private static ObjectKey? SecretName(TrafficExtensionSpec extension, WasmConfig wasm) =>
        wasm.ImagePullSecret.Length > 0 && SecretNames.TryParse(SecretNames.Resource(wasm.ImagePullSecret), extension.Key.Namespace, out var secret)
            ? new ObjectKey(extension.Key.Namespace, secret.Name)
            : null;

    private static string Credentials(IReader reader, ObjectKey key) =>
        reader.Find(Tables.Secrets, key) is { Type: DockerType } secret && secret.Base64Data[DockerKey] is { } data ? Encoding.UTF8.GetString(Convert.FromBase64String(data)) : "";

    /// <summary>Compact JSON with sorted keys; the characters that HTML gives a meaning are escaped, as Go does it.</summary>
    private static string Json(Struct config)
    {
        var json = new StringBuilder(ProtoJson.Print(config));
        foreach (var special in "<>&\u2028\u2029")
            json.Replace(special.ToString(), $"\\u{(int)special:x4}");
        return json.ToString();
    }
}
