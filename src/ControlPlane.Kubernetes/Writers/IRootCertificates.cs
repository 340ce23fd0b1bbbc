namespace ControlPlane.Kubernetes.Writers;

/// <summary>The certificates that workloads are to trust.</summary>
public interface IRootCertificates
{
    /// <summary>PEM, one certificate after another; "" as long as there are none.</summary>
    string Pem { get; }

    /// <summary>Raised after <see cref="Pem"/> has changed. Handlers return at once.</summary>
    event Action? Changed;
}
