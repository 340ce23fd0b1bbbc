namespace ControlPlane.Testing.Clusters;

/// <summary>
/// The programs of a real API server: kube-apiserver as tests/ControlPlane.Kubernetes.Tests/kube/build-apiserver.sh builds it, etcd and kubectl of
/// the system.
/// </summary>
public static class ApiServerBinaries
{
    private const string BuildScript = "tests/ControlPlane.Kubernetes.Tests/kube/build-apiserver.sh";

    private static readonly Lazy<string?> Absence = new(FindAbsence);

    /// <summary>Full path of kube-apiserver.</summary>
    public static string ApiServer => Path.Combine(Cache, "kube-apiserver");

    /// <summary>Why tests with a real API server can't run; null when they can.</summary>
    public static string? WhyNot => Absence.Value;

    private static string Cache => Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_CACHE") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "controlplane-tests");

    /// <summary>Whether a program is on the path.</summary>
    public static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string? FindAbsence()
    {
        if (!File.Exists(ApiServer))
            return $"{ApiServer} does not exist: {BuildScript} builds it.";
        return new[] { "etcd", "kubectl" }.FirstOrDefault(program => !IsOnPath(program)) is { } missing ? $"{missing} is not installed." : null;
    }
}
