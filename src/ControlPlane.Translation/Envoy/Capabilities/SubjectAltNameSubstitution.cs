using ControlPlane.Model.Proxies;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Type.Matcher.V3;
using SanType = Envoy.Extensions.TransportSockets.Tls.V3.SubjectAltNameMatcher.Types.SanType;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>
/// match_subject_alt_names, which Envoy warns of, becomes match_typed_subject_alt_names. The old field looks at names of every kind: a SPIFFE
/// identity can only be a URI, any other name gets a matcher for each kind.
/// </summary>
internal sealed class SubjectAltNameSubstitution : Substitution
{
    private const string SpiffeScheme = "spiffe://";

    private static readonly SanType[] AnyKind = [SanType.Dns, SanType.Uri, SanType.Email, SanType.IpAddress];

    /// <inheritdoc/>
    public override bool AppliesTo(ProxyCapabilities capabilities) => !capabilities.Missing.IsEmpty || capabilities.Agentless;

    /// <inheritdoc/>
    public override void Edit(CertificateValidationContext context)
    {
        // With both fields set, Envoy reads the typed one alone.
        if (context.MatchTypedSubjectAltNames.Count == 0)
        {
            foreach (var matcher in context.MatchSubjectAltNames)
                context.MatchTypedSubjectAltNames.Add(Kinds(matcher).Select(kind => new SubjectAltNameMatcher { SanType = kind, Matcher = matcher }));
        }

        context.MatchSubjectAltNames.Clear();
    }

    private static SanType[] Kinds(StringMatcher matcher) =>
        matcher.Exact.StartsWith(SpiffeScheme, StringComparison.Ordinal) || matcher.Prefix.StartsWith(SpiffeScheme, StringComparison.Ordinal)
            ? [SanType.Uri]
            : AnyKind;
}
