using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Resources;

/// <summary>All resources of one type: which ones a class of proxies has, and how each is made. One instance per type, listed in <see cref="Translator"/>.</summary>
public abstract class ResourceFamily
{
    /// <summary>The type of the resources.</summary>
    public abstract XdsType Type { get; }

    /// <summary>Whether a class's set depends on the names that the client asks for (proxyless gRPC, secrets).</summary>
    public abstract bool DependsOnAsked(ProxyClass proxyClass);

    /// <summary>Binds the family to an encoder. Call it once per engine: two bindings share nothing.</summary>
    public abstract Derivation<ClassScope, ResourceSet> Bind(IResourceEncoder encoder);
}
