using System.Diagnostics;

namespace ControlPlane.Testing.Processes;

/// <summary>Which of the programs that some tests need are there. Each is looked for once.</summary>
public static class ExternalPrograms
{
    private static readonly Lazy<string?> NodeAbsence = new(FindNodeAbsence);
    private static readonly Lazy<string?> PythonGrpcAbsence = new(FindPythonGrpcAbsence);
    private static readonly Lazy<string?> PythonHpackAbsence =
        new(() => Succeeds(Python, "-c", "import hpack") ? null : $"{Python} lacks hpack: install Debian's python3-hpack.");
    private static readonly Lazy<string?> OpenSslAbsence = new(() => Succeeds("openssl", "version") ? null : "openssl is not installed.");
    private static readonly Lazy<string?> PrometheusAbsence = new(() => Succeeds("prometheus", "--version") ? null : "prometheus is not installed.");

    /// <summary>The folder of the programs for node.</summary>
    public static string NodeFolder => Repository.PathOf("tests", "interop", "node");

    /// <summary>The folder of the programs for Python.</summary>
    public static string PythonFolder => Repository.PathOf("tests", "interop", "python");

    /// <summary>The Python of the system, since Debian's python3-grpcio is installed for that one.</summary>
    public static string Python => "/usr/bin/python3";

    /// <summary>Why tests with node can't run; null when they can.</summary>
    public static string? WhyNoNode => NodeAbsence.Value;

    /// <summary>Why tests with Python's gRPC can't run; null when they can.</summary>
    public static string? WhyNoPythonGrpc => PythonGrpcAbsence.Value;

    /// <summary>Why tests with Python's HPACK can't run; null when they can.</summary>
    public static string? WhyNoPythonHpack => PythonHpackAbsence.Value;

    /// <summary>Why tests with openssl can't run; null when they can.</summary>
    public static string? WhyNoOpenSsl => OpenSslAbsence.Value;

    /// <summary>Why tests with prometheus can't run; null when they can.</summary>
    public static string? WhyNoPrometheus => PrometheusAbsence.Value;

    private static string? FindNodeAbsence()
    {
        if (!Succeeds("node", "--version"))
        {
            return "node is not installed.";
        }

        string[] packages = ["grpc-js", "grpc-js-xds", "proto-loader"];
        return packages.All(package => Directory.Exists(Path.Combine(NodeFolder, "node_modules", "@grpc", package)))
            ? null
            : "packages in tests/interop/node/node_modules are missing: run 'npm ci' in tests/interop/node.";
    }

    private static string? FindPythonGrpcAbsence() =>
        Succeeds(Python, "-c", "import grpc, google.protobuf")
            ? null
            : $"{Python} lacks grpc or protobuf: install Debian's python3-grpcio and python3-protobuf.";

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
