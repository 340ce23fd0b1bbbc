using System.Text;

namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>Gives scalars their types and keeps the anchors of one document.</summary>
internal sealed class NodeFactory(YamlBudget budget)
{
    private readonly Dictionary<string, YamlNode?> _anchors = new(StringComparer.Ordinal);

    public YamlBudget Budget { get; } = budget;

    /// <summary>A node that is not written.</summary>
    public YamlNode Empty(NodeProperties properties, int line) => Scalar("", plain: true, properties, line);

    public YamlNode Scalar(string text, bool plain, NodeProperties properties, int line)
    {
        var node = Typed(text, plain, properties.Tag, line);
        Budget.Check(node, line);
        Register(properties, node);
        return node;
    }

    /// <summary>Makes an anchor known whose collection has only begun, so that an alias inside it is told from a misspelt one.</summary>
    public void Open(NodeProperties properties)
    {
        if (properties.Anchor.Length > 0)
            _anchors[properties.Anchor] = null;
    }

    public void Register(NodeProperties properties, YamlNode node)
    {
        if (properties.Anchor.Length > 0)
            _anchors[properties.Anchor] = node;
    }

    public YamlNode Alias(string name, int line)
    {
        if (!_anchors.TryGetValue(name, out var node))
            throw new YamlFaultException(line, $"alias *{name} names no anchor");
        if (node is null)
            throw new YamlFaultException(line, $"anchor &{name} contains itself");
        Budget.CheckAlias(node, line);
        return node;
    }

    private static YamlNode Typed(string text, bool plain, string tag, int line)
    {
        if (tag.Length == 0 && plain)
        {
            var (kind, json) = ScalarResolver.Resolve(text, line);
            return YamlNode.Scalar(kind, line, json);
        }

        return tag.StartsWith(PropertyReader.StandardPrefix, StringComparison.Ordinal)
            ? Tagged(tag[PropertyReader.StandardPrefix.Length..], text, line)
            : YamlNode.Scalar(YamlNodeKind.String, line, text);
    }

    private static YamlNode Tagged(string tag, string text, int line)
    {
        if (tag == "binary")
            return YamlNode.Scalar(YamlNodeKind.String, line, Binary(text, line));
        if (tag is not ("null" or "bool" or "int" or "float"))
            return YamlNode.Scalar(YamlNodeKind.String, line, text);
        var (kind, json) = ScalarResolver.Resolve(text, line);
        var fits = tag switch
        {
            "null" => kind == YamlNodeKind.Null,
            "bool" => kind == YamlNodeKind.Boolean,
            "int" => kind == YamlNodeKind.Number && ScalarResolver.IsInteger(text),
            _ => kind == YamlNodeKind.Number,
        };
        return fits ? YamlNode.Scalar(kind, line, json) : throw new YamlFaultException(line, $"the value does not fit its tag !!{tag}");
    }

    private static string Binary(string text, int line)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(text));
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            throw new YamlFaultException(line, "the value does not fit its tag !!binary: it must be base64 of UTF-8 text");
        }
    }
}
