using System.Text.Json.Nodes;
using ControlPlane.Kubernetes.Writers.Statuses;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Statuses;

namespace ControlPlane.Kubernetes.Tests.Writers;

/// <summary>Statuses of the Gateway API: what is ours is replaced, what is others' stays.</summary>
public sealed class ObjectStatusEditTests
{
    private const string Ours = "istio.io/gateway-controller";
    private const string Old = "2026-01-01T00:00:00Z";
    private static readonly DateTimeOffset Now = new(2026, 2, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Edit_OfAnEmptyStatus_WritesEverything()
    {
        var wanted = new ObjectStatus
        {
            Generation = 3, Conditions = [Finding("Accepted", true)], Addresses = ["192.0.2.1", "a.example"], AttachedListenerSets = 2,
            Listeners = [new ListenerFinding("http", ["HTTPRoute"], 4, [Finding("Programmed", false)])],
        };
        const string Condition = """ "reason":"R","message":"m","lastTransitionTime":"2026-02-02T00:00:00Z","observedGeneration":3""";
        Same(
            $$"""
            {"conditions":[{"type":"Accepted","status":"True",{{Condition}}}],
             "addresses":[{"type":"IPAddress","value":"192.0.2.1"},{"type":"Hostname","value":"a.example"}],"attachedListenerSets":2,
             "listeners":[{"name":"http","supportedKinds":[{"group":"gateway.networking.k8s.io","kind":"HTTPRoute"}],"attachedRoutes":4,"conditions":[{"type":"Programmed","status":"False",{{Condition}}}]}]}
            """,
            Edit("{}", wanted));
    }

    [Fact]
    public void Edit_OfWhatIsThere_ChangesNothing()
    {
        var wanted = new ObjectStatus
        {
            Generation = 3, Conditions = [Finding("Accepted", true)], Addresses = ["192.0.2.1"], Listeners = [new ListenerFinding("http", ["HTTPRoute"], 4, [Finding("Programmed", false)])],
        };
        var first = Edit("{}", wanted);
        var again = JsonNode.Parse(first.ToJsonString())!.AsObject();
        ObjectStatusEdit.Of(wanted)(again, Now.AddDays(1));
        Same(first.ToJsonString(), again);
    }

    [Fact]
    public void Conditions_KeepTheirTime_UnlessTheyTurn()
    {
        const string Before = $$"""
            {"conditions":[{"type":"Other","status":"True","extra":1},{"type":"Accepted","status":"True","reason":"X","message":"x","lastTransitionTime":"{{Old}}","observedGeneration":2},
             {"type":"Programmed","status":"Unknown","reason":"Pending","message":"waiting","lastTransitionTime":"1970-01-01T00:00:00Z"},{"type":"Gone","status":"True"}]}
            """;
        var status = Edit(Before, new ObjectStatus { Generation = 3, Conditions = [Finding("Accepted", true), Finding("Programmed", true)], Withdrawn = ["Gone", "Never"] });
        Assert.Equal(
            ["Other  ", $"Accepted {Old} 3", "Programmed 2026-02-02T00:00:00Z 3"],
            status["conditions"]!.AsArray().Select(c => $"{c!["type"]} {c["lastTransitionTime"]} {c["observedGeneration"]}"));
    }

    [Fact]
    public void Listeners_AreThoseOfTheSpecification_InItsOrder()
    {
        const string Before = $$"""
            {"listeners":[{"name":"gone","attachedRoutes":1,"conditions":[]},
             {"name":"b","attachedRoutes":1,"supportedKinds":[],"conditions":[{"type":"Programmed","status":"True","reason":"R","message":"m","lastTransitionTime":"{{Old}}"}]}],
             "addresses":[{"value":"192.0.2.1"}],"attachedListenerSets":1}
            """;
        var status = Edit(Before, new ObjectStatus
        {
            Listeners = [new ListenerFinding("a", [], 0, [Finding("Programmed", true)]), new ListenerFinding("b", [], 0, [Finding("Programmed", true)])],
        });
        Assert.Equal(
            ["a 2026-02-02T00:00:00Z", $"b {Old}"], status["listeners"]!.AsArray().Select(l => $"{l!["name"]} {l["conditions"]![0]!["lastTransitionTime"]}"));
        // An address once told stays until there is another.
        Assert.Equal("192.0.2.1", (string?)status["addresses"]![0]!["value"]);
        Assert.Null(status["attachedListenerSets"]);
    }

    [Fact]
    public void Parents_OfOtherControllers_StayAsTheyAre()
    {
        const string Foreign = """{"parentRef":{"name":"g","group":"gateway.networking.k8s.io","kind":"Gateway"},"controllerName":"example.com/other","conditions":[{"type":"Accepted","status":"False"}]}""";
        var before = $$"""
            {"parents":[{"parentRef":{"name":"left"},"controllerName":"{{Ours}}","conditions":[]},{{Foreign}},
             {"parentRef":{"name":"g","kind":"Gateway","group":"gateway.networking.k8s.io"},"controllerName":"{{Ours}}","conditions":[{"type":"Accepted","status":"True","reason":"R","message":"m","lastTransitionTime":"{{Old}}"}]}]}
            """;
        var status = Edit(before, Parents(Reference("h"), Reference("g")));
        var parents = status["parents"]!.AsArray();
        Assert.Equal(["g example.com/other", $"g {Ours}", $"h {Ours}"], parents.Select(p => $"{p!["parentRef"]!["name"]} {p["controllerName"]}"));
        Same(Foreign, parents[0]!);
        Assert.Equal(Old, (string?)parents[1]!["conditions"]![0]!["lastTransitionTime"]);
        Same($"{{\"parents\":[{Foreign}]}}", Edit(status.ToJsonString(), Parents()));
    }

    [Fact]
    public void Parents_OfAnObjectThatNeverHadOurs_AreNotWritten() => Same("{}", Edit("{}", Parents()));

    private static ObjectStatus Parents(params ReferenceFinding[] references) =>
        new() { ReferencesField = "parents", ReferenceField = "parentRef", References = references.ToEquatableArray(), Controllers = [Ours] };

    private static ReferenceFinding Reference(string name) =>
        new($$"""{"group":"gateway.networking.k8s.io","kind":"Gateway","name":"{{name}}"}""", Ours, [Finding("Accepted", true)]);

    private static ConditionFinding Finding(string type, bool holds) => new(type, holds, "R", "m");

    private static JsonObject Edit(string before, ObjectStatus wanted)
    {
        var status = JsonNode.Parse(before)!.AsObject();
        ObjectStatusEdit.Of(wanted)(status, Now);
        return status;
    }

    private static void Same(string expected, JsonNode actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual.ToJsonString());
}
