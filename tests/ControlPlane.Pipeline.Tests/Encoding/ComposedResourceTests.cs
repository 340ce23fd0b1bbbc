using System.Runtime.CompilerServices;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Pipeline.Encoding;
using ControlPlane.Pipeline.Engine;
using ControlPlane.Pipeline.Gate;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Capabilities;
using ControlPlane.Translation.Envoy.Routes;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Views.Outbound;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Istio.Networking.V1Alpha3;
using Validate;

namespace ControlPlane.Pipeline.Tests.Encoding;

public sealed class ComposedResourceTests
{
    private static readonly ProxyCapabilities Core = new([.. KnownExtensions.All.Order(StringComparer.Ordinal)], true);
    private static readonly ResourceValidator Validator = new();
    private readonly ResourceEncoder _encoder = new(Validator.Explain, NullEngineObserver.Instance);

    [Theory]
    [InlineData(0, true, false, false)]
    [InlineData(1, false, false, false)]
    [InlineData(7, true, true, false)]
    [InlineData(7, true, false, true)]
    [InlineData(300, false, true, true)]
    public void Encode_RevisionAfterRevision_GivesTheBytesOfTheWholeMessage(int count, bool catchAll, bool retries, bool core)
    {
        var hosts = Enumerable.Range(0, count).Select(i => Host(i, 0)).ToList();
        var capabilities = core ? Core : ProxyCapabilities.Full;
        for (var revision = 0; revision < 5; revision++)
        {
            var input = Input(hosts, catchAll, retries);
            var whole = CapabilitySubstitution.Apply(input.Build(), capabilities).Message;
            var composed = _encoder.Encode(CapabilitySubstitution.Apply(input.Build(), capabilities))!;
            var plain = _encoder.Encode(new EnvoyResource(XdsType.Route, input.Name, whole))!;
            Assert.Equal(whole.ToByteArray(), composed.Body.ToArray());
            Assert.Equal(plain.Version, composed.Version);

            hosts.Add(Host(count + revision, 0));
            hosts[0] = Host(0, revision + 1);
            hosts.Reverse();
            if (revision == 2)
                hosts.RemoveAt(hosts.Count / 2);
        }
    }

    [Fact]
    public void Encode_OneHostDiffers_EncodesThatHostAlone()
    {
        var hosts = Enumerable.Range(0, 100).Select(i => Host(i, 0)).ToList();
        var first = _encoder.Encode(Input(hosts).Build());
        Assert.Equal(100, _encoder.EncodedParts);

        hosts[42] = Host(42, 1);
        var second = _encoder.Encode(Input(hosts).Build());
        Assert.Equal(101, _encoder.EncodedParts);
        Assert.NotEqual(first!.Version, second!.Version);
        GC.KeepAlive(first);
    }

    [Fact]
    public void Encode_SameHostsForAnotherKindOfProxy_TakesNothingOver()
    {
        var hosts = Enumerable.Range(0, 10).Select(i => Host(i, 0)).ToList();
        var full = _encoder.Encode(Input(hosts).Build());
        var core = _encoder.Encode(CapabilitySubstitution.Apply(Input(hosts).Build(), Core));
        Assert.Equal(20, _encoder.EncodedParts);
        Assert.NotEqual(full!.Version, core!.Version);
        var retried = _encoder.Encode(Input(hosts, retries: true).Build());
        Assert.NotEqual(full.Version, retried!.Version);
        Assert.Equal(30, _encoder.EncodedParts);

        // Each kind takes over what is its own.
        hosts[3] = Host(3, 1);
        Assert.NotEqual(full.Version, _encoder.Encode(Input(hosts).Build())!.Version);
        Assert.NotEqual(core.Version, _encoder.Encode(CapabilitySubstitution.Apply(Input(hosts).Build(), Core))!.Version);
        Assert.Equal(32, _encoder.EncodedParts);
        GC.KeepAlive(retried);
    }

    [Fact]
    public void Encode_HostBreaksARule_IsRefusedWithItsPlaceInTheWhole()
    {
        var hosts = Enumerable.Range(0, 3).Select(i => Host(i, 0)).ToList();
        var good = _encoder.Encode(Input(hosts).Build());
        hosts[1] = new VirtualHostInput("", ["nameless"], []);
        var refused = Assert.Throws<ResourceRejectedException>(() => _encoder.Encode(Input(hosts).Build()));
        Assert.Contains("virtual_hosts[1].name", refused.Message, StringComparison.Ordinal);

        // A refused host is never taken over.
        refused = Assert.Throws<ResourceRejectedException>(() => _encoder.Encode(Input(hosts).Build()));
        Assert.Contains("virtual_hosts[1].name", refused.Message, StringComparison.Ordinal);
        hosts[1] = Host(1, 0);
        Assert.Equal(good!.Version, _encoder.Encode(Input(hosts).Build())!.Version);
    }

    [Fact]
    public void Encode_ByAnEncoderWithAnotherGate_TakesNothingOver()
    {
        var hosts = new List<VirtualHostInput> { new("", ["nameless"], []) };
        var lax = new ResourceEncoder(static _ => [], NullEngineObserver.Instance);
        var passed = lax.Encode(Input(hosts).Build());
        Assert.Throws<ResourceRejectedException>(() => _encoder.Encode(Input(hosts).Build()));
        GC.KeepAlive(passed);
    }

    [Fact]
    public void Encode_NoRevisionIsLeft_HoldsNoBytes()
    {
        var hosts = Enumerable.Range(0, 10).Select(i => Host(i, 0)).ToList();
        var body = EncodeAndForget(hosts);
        GC.Collect();
        Assert.False(body.TryGetTarget(out _));
        Assert.NotNull(_encoder.Encode(Input(hosts).Build()));
        Assert.Equal(20, _encoder.EncodedParts);
    }

    [Fact]
    public void VirtualHosts_OfOneConfiguration_AreUnderNoRuleOfTheirList()
    {
        // Else an element could not be checked without its neighbours.
        var field = RouteConfiguration.Descriptor.FindFieldByNumber(RouteConfiguration.VirtualHostsFieldNumber);
        Assert.Null(field.GetOptions()?.GetExtension(ValidateExtensions.Rules));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference<EncodedResource> EncodeAndForget(List<VirtualHostInput> hosts) => new(_encoder.Encode(Input(hosts).Build())!);

    private static RouteConfigurationInput Input(IEnumerable<VirtualHostInput> hosts, bool catchAll = true, bool retries = false) => new(
        "80",
        hosts.ToEquatableArray(),
        catchAll ? new CatchAllRoute(new OutboundPolicy(OutboundPolicyMode.AllowAny, "PassthroughCluster"), true, false) : null,
        AttemptCount: true,
        retries ? new HTTPRetry { Attempts = 3 }.Freeze() : null);

    private static VirtualHostInput Host(int index, int revision)
    {
        var name = $"svc-{index}.shop.svc.cluster.local";
        RouteEntry entry = revision == 0
            ? new RouteEntry.Default(name, 80)
            : new RouteEntry.Contributed(new Route { Name = $"r{revision}", Match = new RouteMatch { Prefix = "/" }, Route_ = new RouteAction { Cluster = "c" } }.Freeze());
        return new VirtualHostInput($"{name}:80", [name, $"svc-{index}"], [entry]);
    }
}
