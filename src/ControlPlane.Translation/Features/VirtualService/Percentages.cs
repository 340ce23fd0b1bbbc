using Envoy.Config.Core.V3;
using Envoy.Type.V3;
using Percent = Istio.Networking.V1Alpha3.Percent;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>Shares of requests.</summary>
internal static class Percentages
{
    private const double MillionthsPerPercent = 10_000;
    private const uint All = 100;

    /// <summary>A percentage, to the ten-thousandth.</summary>
    public static FractionalPercent Of(Percent percent) =>
        new() { Numerator = (uint)Math.Clamp(percent.Value * MillionthsPerPercent, 0, uint.MaxValue), Denominator = FractionalPercent.Types.DenominatorType.Million };

    /// <summary>A whole percentage.</summary>
    public static FractionalPercent Of(uint percent) => new() { Numerator = percent, Denominator = FractionalPercent.Types.DenominatorType.Hundred };

    /// <summary>The share that is mirrored, all where nothing is said; null for none.</summary>
    public static RuntimeFractionalPercent? Mirrored(Percent? percentage, uint? whole)
    {
        if (percentage is not null)
            return percentage.Value > 0 ? new RuntimeFractionalPercent { DefaultValue = Of(percentage) } : null;
        return whole is 0 ? null : new RuntimeFractionalPercent { DefaultValue = Of(whole ?? All) };
    }
}
