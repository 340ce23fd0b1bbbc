using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Composition.Webhook;

/// <summary>A certificate in two PEM files, read again when they change. Files that can't be read leave the certificate that was there.</summary>
internal sealed class FileCertificate : IServerCertificate
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly string _certificateFile;
    private readonly string _keyFile;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private SslStreamCertificateContext _current;
    private (DateTime Certificate, DateTime Key) _written;
    private long _looked;

    /// <summary>Reads the files.</summary>
    /// <exception cref="StartupException">They hold no certificate with its key.</exception>
    public FileCertificate(string certificateFile, string keyFile, TimeProvider time)
    {
        (_certificateFile, _keyFile, _time) = (certificateFile, keyFile, time);
        _written = Written();
        _looked = time.GetTimestamp();
        try
        {
            _current = Read();
        }
        catch (Exception fault) when (IsOfFile(fault))
        {
            throw new StartupException($"{certificateFile} and {keyFile} hold no certificate with its key in PEM: {fault.Message}", fault);
        }
    }

    /// <inheritdoc/>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_lock)
            {
                if (_time.GetElapsedTime(_looked) < LookEvery)
                    return _current;
                _looked = _time.GetTimestamp();
                try
                {
                    var written = Written();
                    if (written != _written)
                    {
                        _current = Read();
                        _written = written;
                    }
                }
                catch (Exception fault) when (IsOfFile(fault))
                {
                    // Between the writing of one file and the other they do not fit: the next look finds them complete.
                }

                return _current;
            }
        }
    }

    private static bool IsOfFile(Exception fault) => fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    private (DateTime, DateTime) Written() => (File.GetLastWriteTimeUtc(_certificateFile), File.GetLastWriteTimeUtc(_keyFile));

    private SslStreamCertificateContext Read()
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_certificateFile);
        if (chain.Count > 0)
            chain.RemoveAt(0);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(_certificateFile, _keyFile), chain, offline: true);
    }
}
