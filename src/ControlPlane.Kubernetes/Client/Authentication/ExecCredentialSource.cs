using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Resources;

namespace ControlPlane.Kubernetes.Client.Authentication;

/// <summary>Credentials that a program prints. It is run when there are none, when they expire, and after a refusal; never twice at once.</summary>
internal sealed class ExecCredentialSource(ExecCredentials exec, TimeProvider time) : ICredentialSource, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private const int MaxOutput = 1024 * 1024;

    private readonly SemaphoreSlim _running = new(1, 1);
    private string? _token;
    private DateTimeOffset _expires = DateTimeOffset.MinValue;
    private volatile X509Certificate2? _certificate;

    public X509Certificate2? ClientCertificate => _certificate;

    public void Refuse() => _expires = DateTimeOffset.MinValue;

    public async ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken)
    {
        await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (time.GetUtcNow() >= _expires)
                Take(await RunAsync(cancellationToken).ConfigureAwait(false));
            return _token;
        }
        finally
        {
            _running.Release();
        }
    }

    public void Dispose() => _running.Dispose();

    private void Take(string output)
    {
        try
        {
            using var json = JsonDocument.Parse(output, new JsonDocumentOptions { MaxDepth = 20 });
            var faults = new FaultList("ExecCredential");
            var status = new Fields(json.RootElement, "", faults).Object("status");
            var token = status.Text("token");
            var certificate = status.Text("clientCertificateData");
            if (certificate.Length > 0)
                _certificate = CertificateReader.WithKey(certificate, status.Text("clientKeyData"));
            if (token.Length == 0 && certificate.Length == 0)
                throw new ConnectionException($"{exec.Command} printed neither status.token nor status.clientCertificateData");
            _token = token.Length == 0 ? null : token;
            _expires = DateTimeOffset.TryParse(status.Text("expirationTimestamp"), null, out var expires) ? expires : DateTimeOffset.MaxValue;
        }
        catch (Exception e) when (e is JsonException or CryptographicException)
        {
            throw new ConnectionException($"{exec.Command} printed no usable ExecCredential", e);
        }
    }

    private async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(exec.Command, exec.Arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in exec.Environment)
            start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] =
            JsonSerializer.Serialize(new ExecInfo(exec.ApiVersion, "ExecCredential", new ExecSpec(false)), ExecJson.Default.ExecInfo);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(Patience);
        try
        {
            using var process = Process.Start(start)!;
            try
            {
                var output = await ReadAsync(process, stop.Token).ConfigureAwait(false);
                await process.WaitForExitAsync(stop.Token).ConfigureAwait(false);
                return process.ExitCode == 0 ? output : throw new ConnectionException($"{exec.Command} ended with code {process.ExitCode}");
            }
            finally
            {
                if (!process.HasExited)
                    process.Kill(entireProcessTree: true);
            }
        }
        catch (Win32Exception e)
        {
            throw new ConnectionException($"{exec.Command} can't be run: {e.Message} {exec.InstallHint}".TrimEnd(), e);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectionException($"{exec.Command} did not end within {Patience.TotalSeconds} s");
        }
    }

    private async Task<string> ReadAsync(Process process, CancellationToken cancellationToken)
    {
        var buffer = new char[MaxOutput];
        var length = await process.StandardOutput.ReadBlockAsync(buffer, cancellationToken).ConfigureAwait(false);
        return length < MaxOutput ? new string(buffer, 0, length) : throw new ConnectionException($"{exec.Command} printed more than {MaxOutput} characters");
    }
}
