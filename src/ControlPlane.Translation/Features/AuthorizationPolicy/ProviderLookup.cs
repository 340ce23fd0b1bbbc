namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>What came of looking for a provider that is to be asked.</summary>
/// <param name="Check">The filters that ask it; null where it can't be asked.</param>
/// <param name="Fault">Why it can't be asked, "" where it can.</param>
internal sealed record ProviderLookup(ExternalAuthorization? Check, string Fault);
