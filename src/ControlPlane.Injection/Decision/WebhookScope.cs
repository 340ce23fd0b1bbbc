namespace ControlPlane.Injection.Decision;

/// <summary>Which webhooks an installation has.</summary>
/// <param name="Revision">The control plane's revision; "" and "default" both mean the one without a name.</param>
/// <param name="Tags">Its revision tags: other names under which namespaces and pods may ask for it.</param>
/// <param name="NamespacesByDefault">Whether namespaces without any label are injected.</param>
public sealed record WebhookScope(string Revision, IReadOnlyList<string> Tags, bool NamespacesByDefault)
{
    /// <summary>The name of the revision that has none.</summary>
    public const string DefaultRevision = "default";

    /// <summary>The revision's name.</summary>
    public string RevisionName => Revision.Length == 0 ? DefaultRevision : Revision;

    /// <summary>Name of the control plane's Service.</summary>
    public string ServiceName => RevisionName == DefaultRevision ? "istiod" : $"istiod-{Revision}";
}
