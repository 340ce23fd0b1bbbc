namespace ControlPlane.Commands.Inject;

/// <summary>What the input of the command is.</summary>
internal enum InjectMode
{
    /// <summary>A file of manifests.</summary>
    File,

    /// <summary>An AdmissionReview, as the API server sends it.</summary>
    Webhook,
}
