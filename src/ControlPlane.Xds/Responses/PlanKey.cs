using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Responses;

/// <summary>What a shared plan depends on beside the two sets. Name sets of equal content are mostly one instance, so comparing is cheap.</summary>
internal readonly record struct PlanKey(
    XdsVariant Variant, bool Wildcard, bool CoveredWildcard, bool AnswerDue, NameSet Names, NameSet Covered, NameSet Forced);
