using System.Security.Cryptography.X509Certificates;
using ControlPlane.Kubernetes.Client.Configuration;

namespace ControlPlane.Kubernetes.Client.Authentication;

/// <summary>
/// Token and certificate of the configuration or of files. Files are read again: the token each minute and after a refusal (projected
/// tokens are rotated long before they expire), the certificate when the file has changed. A file that can't be read keeps what it gave last.
/// </summary>
internal sealed class StaticCredentials(ClusterConnection connection, TimeProvider time) : ICredentialSource
{
    private static readonly TimeSpan TokenAge = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private string? _token;
    private DateTimeOffset _readAgain = DateTimeOffset.MinValue;
    private X509Certificate2? _certificate;
    private (DateTime Certificate, DateTime Key) _certificateTimes;

    public X509Certificate2? ClientCertificate
    {
        get
        {
            lock (_lock)
                return ReadCertificate();
        }
    }

    public ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken)
    {
        if (connection.TokenFile.Length == 0)
            return ValueTask.FromResult(connection.Token.Length == 0 ? null : connection.Token);
        lock (_lock)
        {
            if (time.GetUtcNow() >= _readAgain)
                ReadToken();
            return ValueTask.FromResult(_token);
        }
    }

    public void Refuse()
    {
        lock (_lock)
            _readAgain = DateTimeOffset.MinValue;
    }

    private void ReadToken()
    {
        try
        {
            var text = File.ReadAllText(connection.TokenFile).Trim();
            if (text.Length == 0)
                return;
            _token = text;
            _readAgain = time.GetUtcNow() + TokenAge - Leeway;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The last token may still be good; the next request tries again.
        }
    }

    private X509Certificate2? ReadCertificate()
    {
        if (connection.ClientCertificateFile.Length == 0 && connection.ClientCertificateData.IsEmpty)
            return null;
        try
        {
            var times = (Time(connection.ClientCertificateFile), Time(connection.ClientKeyFile));
            if (_certificate is null || times != _certificateTimes)
            {
                _certificate = CertificateReader.WithKey(
                    Text(connection.ClientCertificateData, connection.ClientCertificateFile), Text(connection.ClientKeyData, connection.ClientKeyFile));
                _certificateTimes = times;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            // Half of a rotation may have happened: the old pair is good until both files fit.
        }

        return _certificate;
    }

    private static DateTime Time(string file) => file.Length == 0 ? default : File.GetLastWriteTimeUtc(file);

    private static string Text(ReadOnlyMemory<byte> data, string file) =>
        data.IsEmpty ? File.ReadAllText(file) : System.Text.Encoding.ASCII.GetString(data.Span);
}
