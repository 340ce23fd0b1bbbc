using System.Globalization;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Model.Objects;

namespace ControlPlane.Injection.Configuration;

/// <summary>An object of kind ProxyConfig (networking.istio.io): settings for the proxies of a namespace or of selected pods.</summary>
public sealed class ProxyConfigObject
{
    private ProxyConfigObject(string ns, string name, string created, bool hasSelector, IReadOnlyDictionary<string, string> labels, JsonObject config)
    {
        Namespace = ns;
        Name = name;
        Created = created;
        HasSelector = hasSelector;
        Labels = labels;
        Config = config;
    }

    /// <summary>Its namespace.</summary>
    public string Namespace { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>When it was created (RFC 3339, as the API server writes it); "" if unknown. The oldest object of a level counts.</summary>
    internal string Created { get; }

    internal bool HasSelector { get; }

    internal IReadOnlyDictionary<string, string> Labels { get; }

    internal JsonObject Config { get; }

    /// <summary>Reads an object of the mesh.</summary>
    /// <exception cref="InvalidConfigurationException">A field is of the wrong kind.</exception>
    /// <exception cref="FormatException">Its specification is not well-formed JSON.</exception>
    public static ProxyConfigObject Read(ConfigObject value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Read(new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["namespace"] = value.Meta.Namespace, ["name"] = value.Meta.Name,
                ["creationTimestamp"] = value.Meta.CreationTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            },
            ["spec"] = JsonText.Parse(value.SpecJson),
        });
    }

    /// <summary>Reads an object.</summary>
    /// <exception cref="InvalidConfigurationException">A field is of the wrong kind.</exception>
    public static ProxyConfigObject Read(JsonObject manifest)
    {
        var metadata = manifest.Object("metadata");
        var (ns, name) = (metadata.Text("namespace") ?? "default", metadata.Text("name") ?? "");
        var spec = manifest.Object("spec") ?? [];
        var config = new JsonObject();
        foreach (var (from, to) in (IEnumerable<(string, string)>)[("concurrency", "concurrency"), ("environmentVariables", "proxyMetadata"), ("image", "image")])
        {
            if (spec[from] is { } value)
                config[to] = value.DeepClone();
        }

        try
        {
            var selector = spec.Object("selector");
            return new(ns, name, metadata.Text("creationTimestamp") ?? "", selector is not null, selector.TextMap("matchLabels"), ProxyConfigReader.Read(config));
        }
        catch (FormatException fault)
        {
            throw new InvalidConfigurationException($"ProxyConfig {ns}/{name}: spec.{fault.Message}", fault);
        }
    }
}
