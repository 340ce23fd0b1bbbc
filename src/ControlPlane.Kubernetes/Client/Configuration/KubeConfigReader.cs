using System.Text.Json;
using ControlPlane.Kubernetes.Files.Yaml;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Model.Collections;

namespace ControlPlane.Kubernetes.Client.Configuration;

/// <summary>Reads a kubeconfig file as kubectl does.</summary>
public static class KubeConfigReader
{
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Reads the connection of a context.</summary>
    /// <param name="path">The kubeconfig file.</param>
    /// <param name="context">The context; "" for the file's current one.</param>
    /// <exception cref="ConnectionException">The file can't be read, or the context is not usable.</exception>
    public static ClusterConnection Read(string path, string context)
    {
        var faults = new FaultList("Config");
        using var json = Parse(path);
        var root = new Fields(json.RootElement, "", faults);
        if (context.Length == 0)
            context = root.Text("current-context");
        if (context.Length == 0)
            throw new ConnectionException($"{path}: current-context is not set; name a context");
        var chosen = Named(root, "contexts", context, path).Object("context");
        var cluster = Named(root, "clusters", chosen.Text("cluster"), path).Object("cluster");
        var user = chosen.Text("user") is { Length: > 0 } name ? Named(root, "users", name, path).Object("user") : new Fields(default, "user", faults);
        var connection = Connection(cluster, user, chosen, path);
        var fault = faults.ToDiagnostics().FirstOrDefault();
        return fault is null ? connection : throw new ConnectionException($"{path}: {fault.Field}: {fault.Message}");
    }

    private static JsonDocument Parse(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
                throw new ConnectionException($"{path}: larger than {MaxBytes} bytes");
            var node = YamlReader.Read(File.ReadAllText(path), YamlLimits.Default) ?? throw new ConnectionException($"{path}: the file is empty");
            return JsonDocument.Parse(NodeWriter.Write(node), new JsonDocumentOptions { MaxDepth = 1000 });
        }
        catch (YamlFaultException e)
        {
            throw new ConnectionException($"{path}:{e.Fault.Line}: {e.Fault.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectionException($"{path}: can't be read: {e.Message}", e);
        }
    }

    private static Fields Named(Fields root, string list, string name, string path)
    {
        foreach (var item in root.Objects(list))
        {
            if (item.Text("name") == name)
                return item;
        }

        throw new ConnectionException($"{path}: {list} has no entry named \"{name}\"");
    }

    private static ClusterConnection Connection(Fields cluster, Fields user, Fields context, string path)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "";
        if (user.Exists && (user.Value("auth-provider").ValueKind != JsonValueKind.Undefined || user.Text("username").Length > 0))
            throw new ConnectionException($"{path}: auth-provider and username are not supported; use a token, a certificate or exec");
        return new ClusterConnection
        {
            Server = Address(cluster, "server", path) ?? throw new ConnectionException($"{path}: the cluster has no server"),
            TlsServerName = cluster.Text("tls-server-name"),
            CaData = Data(cluster, "certificate-authority-data"),
            CaFile = FileName(cluster, "certificate-authority", directory),
            InsecureSkipTlsVerify = cluster.Boolean("insecure-skip-tls-verify") ?? false,
            Proxy = Address(cluster, "proxy-url", path),
            ClientCertificateData = Data(user, "client-certificate-data"),
            ClientCertificateFile = FileName(user, "client-certificate", directory),
            ClientKeyData = Data(user, "client-key-data"),
            ClientKeyFile = FileName(user, "client-key", directory),
            Token = user.Text("token"),
            TokenFile = FileName(user, "tokenFile", directory),
            Exec = Exec(user.Object("exec"), directory),
            Namespace = context.Text("namespace") is { Length: > 0 } ns ? ns : "default",
        };
    }

    private static ExecCredentials? Exec(Fields exec, string directory)
    {
        if (!exec.Exists)
            return null;
        var command = exec.Text("command");
        if (command.Length == 0)
            exec.Invalid("command", "is required");
        if (command.Contains('/', StringComparison.Ordinal))
            command = Path.Combine(directory, command);
        var environment = exec.Objects("env").Select(e => KeyValuePair.Create(e.Text("name"), e.Text("value")));
        return new ExecCredentials(command, exec.Texts("args"), LabelMap.From(environment), exec.Text("apiVersion"), exec.Text("installHint"));
    }

    private static Uri? Address(Fields fields, string name, string path)
    {
        if (fields.Text(name) is not { Length: > 0 } text)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "socks5"
            ? uri
            : throw new ConnectionException($"{path}: {name} must be an address such as https://host:6443, is \"{text}\"");
    }

    private static ReadOnlyMemory<byte> Data(Fields fields, string name)
    {
        var text = fields.Text(name);
        var bytes = new byte[text.Length];
        if (Convert.TryFromBase64String(text, bytes, out var length))
            return bytes.AsMemory(0, length);
        fields.Invalid(name, "must be base64");
        return default;
    }

    private static string FileName(Fields fields, string name, string directory) =>
        fields.Text(name) is { Length: > 0 } file ? Path.Combine(directory, file) : "";
}
