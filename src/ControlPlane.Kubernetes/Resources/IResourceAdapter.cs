using System.Text.Json;

namespace ControlPlane.Kubernetes.Resources;

/// <summary>Turns the JSON of one kind of Kubernetes object into objects of the model. Pure; never throws on bad input.</summary>
internal interface IResourceAdapter
{
    /// <summary>The kind.</summary>
    ResourceKind Kind { get; }

    /// <summary>Adapts one object.</summary>
    /// <param name="json">The object; its apiVersion and kind are not looked at, for items of a list lack them.</param>
    /// <param name="apiVersion">apiVersion under which it came.</param>
    /// <param name="options">The installation.</param>
    AdapterResult Adapt(JsonElement json, string apiVersion, ResourceOptions options);
}
