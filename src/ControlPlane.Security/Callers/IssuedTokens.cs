using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Identities;

namespace ControlPlane.Security.Callers;

/// <summary>
/// Tokens that this control plane issues itself, where no cluster does: JWTs for a service account, signed with a key in the data directory that
/// the server and the command share.
/// </summary>
public sealed class IssuedTokens : IDisposable
{
    /// <summary>iss of the tokens.</summary>
    public const string Issuer = "controlplane";

    private const string KeyFile = "token-key.pem";
    private const string LockFile = "token-key.lock";

    private readonly ECDsa _key;

    private IssuedTokens(ECDsa key)
    {
        _key = key;
        Keys = new FixedKeys([new TokenKey.Ec(null, key)]);
    }

    internal ITokenKeys Keys { get; }

    /// <summary>Reads the key of a data directory; makes one where there is none.</summary>
    /// <exception cref="AuthorityException">The file is no private key.</exception>
    public static async Task<IssuedTokens> OpenAsync(string directory, CancellationToken cancellationToken)
    {
        var file = Path.Combine(directory, KeyFile);
        PrivateFiles.CreateDirectory(directory);
        if (await PrivateFiles.ReadAsync(file, cancellationToken).ConfigureAwait(false) is not { } pem)
        {
            await using var gate = (await PrivateFiles.LockAsync(Path.Combine(directory, LockFile), cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            PrivateFiles.TryCreate(file, made.ExportPkcs8PrivateKeyPem());
            pem = (await PrivateFiles.ReadAsync(file, cancellationToken).ConfigureAwait(false))!;
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return new IssuedTokens(key);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new AuthorityException($"{file} is no private key; restore it, or delete it: then all tokens that were issued with it are void");
        }
    }

    /// <summary>Issues a token.</summary>
    /// <param name="namespaceName">Namespace of the service account.</param>
    /// <param name="serviceAccount">The service account.</param>
    /// <param name="audience">Whom it is for.</param>
    /// <param name="lifetime">How long it is good.</param>
    /// <param name="now">Wall clock.</param>
    /// <exception cref="ArgumentException">Namespace or service account are no names.</exception>
    public string Issue(string namespaceName, string serviceAccount, string audience, TimeSpan lifetime, DateTimeOffset now)
    {
        if (!SpiffeId.IsNamespace(namespaceName) || !SpiffeId.IsServiceAccount(serviceAccount))
            throw new ArgumentException($"'{namespaceName}' and '{serviceAccount}' must be the names of a namespace and of a service account");
        var header = Part(new Dictionary<string, object> { ["alg"] = "ES256", ["typ"] = "JWT" });
        var payload = Part(new Dictionary<string, object>
        {
            ["iss"] = Issuer,
            ["aud"] = new[] { audience },
            ["sub"] = ServiceAccountSubject.Write(namespaceName, serviceAccount),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + lifetime).ToUnixTimeSeconds(),
        });
        var signed = $"{header}.{payload}";
        return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private static string Part(Dictionary<string, object> content) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(content));
}
