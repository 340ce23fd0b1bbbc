using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Sidecar;

/// <summary>Adds the network of Istio's CNI plugin to a pod's networks of Multus.</summary>
internal static class MultusNetworks
{
    private const string Namespace = "default";
    private const string Name = "istio-cni";
    private const string Network = $"{Namespace}/{Name}";

    /// <summary>The annotation's value with the network in it, once; the value as it is where it can't be read.</summary>
    /// <param name="value">The pod's value; "" for none.</param>
    public static string With(string value)
    {
        if (value.Length == 0)
            return Network;
        var end = value.LastIndexOf(']');
        if (end >= 0)
            return HasJson(value) ? value : $$"""{{value[..end]}}, {"name": "{{Name}}", "namespace": "{{Namespace}}"}{{value[end..]}}""";
        return value.Split(',').Any(one => one.Trim() == Network) ? value : $"{value}, {Network}";
    }

    /// <summary>Whether a JSON list has the network already, or is none that could take it.</summary>
    private static bool HasJson(string value)
    {
        try
        {
            return JsonText.Parse(value) is not System.Text.Json.Nodes.JsonArray list
                || list.Objects().Count() != list.Count
                || list.Objects().Any(one => one.Text("name") == Name && one.Text("namespace") == Namespace);
        }
        catch (FormatException)
        {
            return true;
        }
    }
}
