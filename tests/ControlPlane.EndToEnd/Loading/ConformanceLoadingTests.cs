using ControlPlane.Model.Proxies;
using ControlPlane.Testing.Proxies;

namespace ControlPlane.EndToEnd.Loading;

public class ConformanceLoadingTests
{
    private static readonly ProxyCapabilities Core = new([.. KnownExtensions.All.Order(StringComparer.Ordinal)], true);

    [EnvoyFact(ConformanceAnswers.Cases)]
    public async Task IstiodsAnswers_SubstitutedForACoreEnvoy_AreAcceptedWithoutHang()
    {
        var proxies = LoadedCases.Proxies.Where(p => !LoadedCases.RefusedFromIstiod.Contains(p.Case)).ToList();

        var problems = await LoadedEnvoy.LoadAllAsync(proxies, proxy => ConformanceAnswers.Of(proxy, Core));

        Assert.True(problems.Count == 0, $"{problems.Count} of {proxies.Count}:\n{string.Join("\n", problems.Take(30))}");
        Assert.True(proxies.Count > 0);
    }

    [EnvoyFact(ConformanceAnswers.Cases)]
    public async Task OurAnswers_ForACoreEnvoy_AreAcceptedWithoutHang()
    {
        var proxies = LoadedCases.Proxies;
        var translated = new TranslatedAnswers();

        var problems = await LoadedEnvoy.LoadAllAsync(proxies, proxy => translated.Of(proxy, Core));

        Assert.True(problems.Count == 0, $"{problems.Count} of {proxies.Count}:\n{string.Join("\n", problems.Take(30))}");
        Assert.Empty(translated.Faults);
        Assert.True(translated.Count > 10 * proxies.Count, $"only {translated.Count} resources for {proxies.Count} proxies");
    }
}
