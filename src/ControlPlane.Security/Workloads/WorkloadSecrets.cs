using ControlPlane.Model.Delivery;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Identities;
using ControlPlane.Security.Signing;

namespace ControlPlane.Security.Workloads;

/// <summary>
/// The secrets of one stream of an Envoy without Istio's agent: <c>default</c>, key and certificate of the identity that the stream has proven,
/// made when it is asked for and anew at half of its life, and <c>ROOTCA</c>, the roots of the mesh. The key belongs to this stream alone.
/// </summary>
public sealed class WorkloadSecrets : IStreamSecrets
{
    /// <summary>Name of the workload's certificate.</summary>
    public const string Certificate = "default";

    /// <summary>Name of the roots.</summary>
    public const string Roots = "ROOTCA";

    // Where no certificate could be made, how long until the next attempt.
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);

    // A certificate that ends with its authority's is renewed for less and less; and timers reach no further than 49 days.
    private static readonly TimeSpan LeastRenewal = TimeSpan.FromSeconds(1), MostRenewal = TimeSpan.FromDays(24);

    private readonly Lock _lock = new();
    private readonly SpiffeId _identity;
    private readonly string _node;
    private readonly WorkloadSecretFactory _factory;
    private readonly ITimer _renewal;
    private EncodedResource? _certificate;
    private CertificateAuthority? _signedBy;
    private bool _wanted;
    private bool _ended;

    internal WorkloadSecrets(SpiffeId identity, string node, WorkloadSecretFactory factory)
    {
        _identity = identity;
        _node = node;
        _factory = factory;
        _renewal = factory.Time.CreateTimer(static secrets => ((WorkloadSecrets)secrets!).Renew(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        factory.Current.Changed += OnAuthorityChanged;
    }

    /// <inheritdoc/>
    public event Action? Changed;

    /// <inheritdoc/>
    public IReadOnlyList<EncodedResource> Find(NameSet names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var found = new List<EncodedResource>(2);
        if (names.Contains(Certificate) && FindCertificate() is { } certificate)
            found.Add(certificate);
        if (names.Contains(Roots) && _factory.RootsSecret() is { } roots)
            found.Add(roots);
        return found;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _factory.Current.Changed -= OnAuthorityChanged;
        lock (_lock)
        {
            _ended = true;
            _certificate = null;
        }

        _renewal.Dispose();
    }

    private EncodedResource? FindCertificate()
    {
        lock (_lock)
        {
            if (!_wanted && !_ended)
            {
                _wanted = true;
                Make();
            }

            return _certificate;
        }
    }

    private void OnAuthorityChanged()
    {
        bool resigned;
        lock (_lock)
            resigned = _wanted && _factory.Current.Value is { } now && _signedBy?.PresentsAs(now) != true;
        if (resigned)
            Renew();
        else
            Changed?.Invoke();
    }

    private void Renew()
    {
        lock (_lock)
        {
            if (_ended || !_wanted)
                return;
            Make();
        }

        Changed?.Invoke();
    }

    private void Make()
    {
        try
        {
            var (resource, issued) = _factory.Make(_identity, _node);
            _certificate = resource;
            _signedBy = issued.Authority;
            var half = (issued.NotAfter - _factory.Time.GetUtcNow()) / 2;
            _renewal.Change(half < LeastRenewal ? LeastRenewal : half > MostRenewal ? MostRenewal : half, Timeout.InfiniteTimeSpan);
        }
        catch (IssuanceException fault)
        {
            // The old one goes on; Envoy waits where there is none yet.
            _factory.OnNotIssued(_identity, _node, fault.Message);
            _renewal.Change(RetryPause, Timeout.InfiniteTimeSpan);
        }
    }
}
