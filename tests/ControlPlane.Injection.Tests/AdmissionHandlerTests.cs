using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Webhook;

namespace ControlPlane.Injection.Tests;

public class AdmissionHandlerTests
{
    private readonly AdmissionHandler _handler = new(() => TestInjection.Default, _ => null);

    [Theory]
    [InlineData("admission.k8s.io/v1")]
    [InlineData("admission.k8s.io/v1beta1")]
    public void Review_OfAPod_IsAnsweredInItsVersionWithAPatch(string version)
    {
        var reply = _handler.Handle(Review(TestInjection.Pod(), version), "/inject");
        var response = reply.Review!["response"]!;
        Assert.Equal((version, "uid-1", "JSONPatch"), (reply.Review["apiVersion"]!.ToString(), response["uid"]!.ToString(), response["patchType"]!.ToString()));
        var patch = (JsonArray)JsonText.Parse(Convert.FromBase64String(response["patch"]!.ToString()))!;
        Assert.Equal(JsonText.Write(patch), JsonText.Write(reply.Patch));
        Assert.True(JsonTree.Same(reply.Outcome!.Pod, reply.PatchedPod));
    }

    [Fact]
    public void Review_OfAnInjectedPod_IsAllowedWithoutPatch()
    {
        var response = _handler.Handle(Review(TestInjection.Default.Injected(TestInjection.Pod())), "/inject").Review!["response"]!;
        Assert.True(response["allowed"]!.GetValue<bool>());
        Assert.Null(response["patch"]);
    }

    [Fact]
    public void Review_OfAPodThatIsRefused_SaysWhy()
    {
        var response = _handler.Handle(Review(TestInjection.Pod("""{"sidecar.istio.io/proxyCPU": "lots"}""")), "/inject").Review!["response"]!;
        Assert.False(response["allowed"]!.GetValue<bool>());
        Assert.Contains("sidecar.istio.io/proxyCPU", response["status"]!["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Deployment", "CREATE")]
    [InlineData("Pod", "DELETE")]
    public void Review_OfAnythingElse_IsAllowedAsItIs(string kind, string operation)
    {
        var review = Review(TestInjection.Pod());
        review["request"]!["kind"] = new JsonObject { ["kind"] = kind };
        review["request"]!["operation"] = operation;
        var reply = _handler.Handle(review, "/inject");
        Assert.True(reply.Review!["response"]!["allowed"]!.GetValue<bool>());
        Assert.Null(reply.Patch);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v2","request":{"uid":"u"}}""")]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}""")]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","kind":"x"}""")]
    [InlineData("""{"kind":"\ud800"}""")]
    public void Body_ThatIsNoReview_IsAnErrorOfTheRequest(string body)
    {
        var reply = _handler.Handle(Encoding.UTF8.GetBytes(body), "/inject");
        Assert.Null(reply.Review);
        Assert.NotNull(reply.Error);
    }

    [Fact]
    public void Body_WithANestingBomb_IsRefused()
    {
        var body = Encoding.UTF8.GetBytes(new string('[', 1_000_000));
        Assert.NotNull(_handler.Handle(body, "/inject").Error);
    }

    [Fact]
    public void Body_WithInvalidUtf8_IsRefused() => Assert.NotNull(_handler.Handle([.. "{\"kind\":\""u8, 0xff, .. "\"}"u8], "/inject").Error);

    [Fact]
    public void Path_WithClusterAndNetwork_SetsThemOnTheProxy()
    {
        var pod = _handler.Handle(Review(TestInjection.Pod()), "/inject/cluster/east/net/vpc--slash--9/extra/1/odd").PatchedPod;
        Assert.Equal("east", pod.At("spec.initContainers[istio-proxy].env[ISTIO_META_CLUSTER_ID].value")!.ToString());
        Assert.Equal("vpc/9", pod.At("spec.initContainers[istio-proxy].env[ISTIO_META_NETWORK].value")!.ToString());
        Assert.Equal("1", pod.At("spec.initContainers[istio-proxy].env[EXTRA].value")!.ToString());
        Assert.Equal("vpc/9", pod["metadata"]!["labels"]!["topology.istio.io/network"]!.ToString());
    }

    private static JsonObject Review(JsonObject pod, string version = "admission.k8s.io/v1") => new()
    {
        ["apiVersion"] = version, ["kind"] = "AdmissionReview",
        ["request"] = new JsonObject
        {
            ["uid"] = "uid-1", ["kind"] = new JsonObject { ["kind"] = "Pod" }, ["operation"] = "CREATE", ["namespace"] = "shop", ["object"] = pod,
        },
    };
}
