using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Decision;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Webhook;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;

namespace ControlPlane.Injection.Tests;

public class ValidationHandlerTests
{
    private const string Rule = """{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"a","namespace":"shop"},"spec":{}}""";

    [Theory]
    [InlineData("admission.k8s.io/v1")]
    [InlineData("admission.k8s.io/v1beta1")]
    public void Object_WithAnError_IsRefusedWithFieldReasonAndCode(string version)
    {
        var reply = Handler([Finding(Severity.Warning, "spec.x", "odd"), Finding(Severity.Error, "spec.hosts", "there is none")]).Handle(Review(Rule, version: version));
        var response = reply.Review!["response"]!;
        Assert.Equal((version, "uid-1", false), (reply.Review["apiVersion"]!.ToString(), response["uid"]!.ToString(), response["allowed"]!.GetValue<bool>()));
        Assert.Equal("configuration is invalid: spec.hosts: there is none (CP1)", response["status"]!["message"]!.ToString());
        Assert.Equal((ValidationOutcome.InvalidResource, ("networking.istio.io", "v1", "virtualservices")), (reply.Outcome, reply.Resource));
    }

    [Fact]
    public void Object_WithWarningsOnly_IsAllowedWithABoundedNumberOfThem()
    {
        var findings = Enumerable.Range(0, 40).Select(i => Finding(Severity.Warning, $"spec.f{i}", new string('x', 1000))).ToArray();
        var response = Handler(findings).Handle(Review(Rule)).Review!["response"]!;
        Assert.True(response["allowed"]!.GetValue<bool>());
        var warnings = response["warnings"]!.AsArray().Select(w => w!.ToString()).ToList();
        Assert.Equal((15, "and 26 more"), (warnings.Count, warnings[^1]));
        Assert.All(warnings, warning => Assert.InRange(warning.Length, 1, 256));
        Assert.InRange(warnings.Sum(warning => warning.Length), 1, 4096);
    }

    [Theory]
    [InlineData("DELETE", ValidationOutcome.UnsupportedOperation)]
    [InlineData("CONNECT", ValidationOutcome.UnsupportedOperation)]
    [InlineData("CREATE", ValidationOutcome.UnknownType)]
    [InlineData("UPDATE", ValidationOutcome.UnknownType)]
    public void Request_ThatIsNotForIt_IsAllowed(string operation, ValidationOutcome expected)
    {
        var reply = new ValidationHandler(_ => null).Handle(Review(Rule, operation));
        Assert.Equal((true, expected), (reply.Review!["response"]!["allowed"]!.GetValue<bool>(), reply.Outcome));
    }

    [Fact]
    public void Object_ThatAsksForIt_IsRefusedWithoutACheck()
    {
        var reply = new ValidationHandler(_ => throw new InvalidOperationException()).Handle(Review(
            """{"metadata":{"name":"a","annotations":{"internal.istio.io/webhook-always-reject":"true"}}}"""));
        Assert.Equal((false, true), (reply.Review!["response"]!["allowed"]!.GetValue<bool>(), reply.IsProof));
    }

    [Fact]
    public void Object_ThatIsBeingDeleted_IsAllowed() => Assert.Equal(ValidationOutcome.Passed, Handler([Finding(Severity.Error, "", "bad")]).Handle(Review(
        """{"metadata":{"name":"a","deletionTimestamp":"2026-01-01T00:00:00Z"}}""", "UPDATE")).Outcome);

    [Fact]
    public void Check_ThatFails_LetsTheObjectPass()
    {
        var reply = new ValidationHandler(_ => throw new InvalidOperationException("defect")).Handle(Review(Rule));
        Assert.Equal((true, ValidationOutcome.CheckFailed), (reply.Review!["response"]!["allowed"]!.GetValue<bool>(), reply.Outcome));
        Assert.Contains("defect", reply.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"metadata":{"generateName":"web-"}}""", "web", "shop")]
    [InlineData("""{"metadata":{"name":"own","namespace":"mine"}}""", "own", "mine")]
    [InlineData("{}", "", "shop")]
    public void Object_WithoutNameOrNamespace_IsCheckedWithThoseOfTheRequest(string value, string name, string ns)
    {
        JsonNode? seen = null;
        new ValidationHandler(json => { seen = JsonText.Parse(json.Span); return []; }).Handle(Review(value));
        Assert.Equal((name, ns), (seen!["metadata"]!["name"]!.ToString(), seen["metadata"]!["namespace"]!.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v2","request":{"uid":"u"}}""")]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{}}""")]
    public void Body_ThatIsNoReview_IsAnErrorOfTheRequest(string body)
    {
        var reply = Handler([]).Handle(Encoding.UTF8.GetBytes(body));
        Assert.Equal((null, ValidationOutcome.NoReview), (reply.Review, reply.Outcome));
        Assert.NotEqual("", reply.Reason);
    }

    [Theory]
    [InlineData("", "", "istio-validator-root:rev.validation.istio.io istiod-default-validator:validation.istio.io")]
    [InlineData("canary", "", "istio-validator-canary-root:rev.validation.istio.io")]
    [InlineData("canary", "default", "istio-validator-canary-root:rev.validation.istio.io istiod-default-validator:validation.istio.io")]
    public void Configurations_OfARevision_AreNamedAsByTheCharts(string revision, string tag, string expected) => Assert.Equal(
        expected,
        string.Join(' ', ValidationSelectors.Entries(new WebhookScope(revision, tag.Length == 0 ? [] : [tag], false), "root").Select(e => $"{e.Configuration}:{e.Name}")));

    [Theory]
    [InlineData("spec: {hostNetwork: true}", "Normal InjectionSkipped apps/v1/ReplicaSet shop/cart-7d9c5b6f8d u")]
    [InlineData("metadata: {annotations: {sidecar.istio.io/inject: 'false'}}", "Normal InjectionSkipped apps/v1/ReplicaSet shop/cart-7d9c5b6f8d u")]
    [InlineData("metadata: {annotations: {sidecar.istio.io/interceptionMode: MAYBE}}", "Warning InjectionRefused apps/v1/ReplicaSet shop/cart-7d9c5b6f8d u")]
    [InlineData("spec: {dnsPolicy: Default}", "Warning InjectionWarning apps/v1/ReplicaSet shop/cart-7d9c5b6f8d u")]
    [InlineData("metadata: {ownerReferences: [], annotations: {sidecar.istio.io/inject: 'false'}}", "Normal InjectionSkipped v1/Pod shop/cart-7d9c5b6f8d- ")]
    [InlineData("{}", "")]
    public void Notice_OfAPod_IsAboutItsController(string change, string expected)
    {
        var pod = TestInjection.Pod();
        Lay((JsonObject)TestInjection.Yaml(change)!, pod);
        var handler = new AdmissionHandler(() => TestInjection.Default, _ => null);
        var review = (JsonObject)JsonText.Parse(Review(JsonText.Write(pod)))!;
        review["request"]!["kind"]!["kind"] = "Pod";
        var notice = InjectionNotice.Of(handler.Handle(review, "/inject"));
        Assert.Equal(expected, notice is null ? "" : $"{(notice.IsWarning ? "Warning" : "Normal")} {notice.Reason} {notice.ApiVersion}/{notice.Kind} {notice.Namespace}/{notice.Name} {notice.Uid}");
        review["request"]!["dryRun"] = true;
        Assert.Null(InjectionNotice.Of(handler.Handle(review, "/inject")));
    }

    private static void Lay(JsonObject change, JsonObject over)
    {
        foreach (var (name, value) in change)
        {
            if (value is JsonObject part && over[name] is JsonObject there)
                Lay(part, there);
            else
                over[name] = value?.DeepClone();
        }
    }

    private static ValidationHandler Handler(Diagnostic[] findings) => new(_ => findings);

    private static Diagnostic Finding(Severity severity, string field, string message) => new(severity, "CP1", "VirtualService", new ObjectKey("shop", "a"), field, message);

    private static byte[] Review(string value, string operation = "CREATE", string version = "admission.k8s.io/v1") => Encoding.UTF8.GetBytes($$$"""
        {"apiVersion":"{{{version}}}","kind":"AdmissionReview","request":{"uid":"uid-1","operation":"{{{operation}}}","namespace":"shop",
         "kind":{"group":"networking.istio.io","version":"v1","kind":"VirtualService"},
         "resource":{"group":"networking.istio.io","version":"v1","resource":"virtualservices"},"object":{{{value}}}}}
        """);
}
