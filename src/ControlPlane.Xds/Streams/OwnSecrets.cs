using ControlPlane.Model.Delivery;

namespace ControlPlane.Xds.Streams;

/// <summary>
/// Lays the secrets of one stream over the configuration that it shares with others, as a set of its own: what is remembered about shared sets
/// can never hold them. The same input gives the same instances, by which the conversation sees that nothing is to be said.
/// </summary>
internal sealed class OwnSecrets : IDisposable
{
    private readonly IStreamSecrets _secrets;
    private readonly Action _onChanged;
    private IReadOnlyList<EncodedResource> _own = [];
    private ResourceSet _shared = ResourceSet.Empty;
    private ResourceSet _merged = ResourceSet.Empty;
    private EncodedConfig? _config;
    private EncodedConfig? _result;

    public OwnSecrets(IStreamSecrets secrets, Action onChanged)
    {
        _secrets = secrets;
        _onChanged = onChanged;
        _secrets.Changed += _onChanged;
    }

    /// <summary>The configuration with the stream's own secrets of these names in it; the very same where it has none.</summary>
    public EncodedConfig Over(EncodedConfig config, NameSet names)
    {
        var own = _secrets.Find(names);
        if (own.Count == 0)
            return config;
        var shared = config[XdsType.Secret];
        if (!ReferenceEquals(shared, _shared) || !own.SequenceEqual(_own))
        {
            (_shared, _own) = (shared, own);
            _merged = ResourceSet.From(shared.Resources.Concat(own), shared.Asked);
            _config = null;
        }

        if (!ReferenceEquals(config, _config))
            (_config, _result) = (config, config.With(XdsType.Secret, _merged));
        return _result!;
    }

    public void Dispose()
    {
        _secrets.Changed -= _onChanged;
        _secrets.Dispose();
    }
}
