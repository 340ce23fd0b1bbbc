namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Files that a proxy names in its metadata: it then uses these instead of the mesh's certificates.</summary>
/// <param name="Certificate">TLS_CLIENT_CERT_CHAIN.</param>
/// <param name="Key">TLS_CLIENT_KEY.</param>
/// <param name="Roots">TLS_CLIENT_ROOT_CERT.</param>
internal sealed record ClientCertificates(string Certificate, string Key, string Roots);
