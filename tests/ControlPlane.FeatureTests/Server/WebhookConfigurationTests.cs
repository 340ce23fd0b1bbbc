using System.Text.Json.Nodes;
using ControlPlane.Composition.Webhook;
using ControlPlane.Injection.Configuration;
using ControlPlane.Kubernetes.Writers;
using ControlPlane.Options;

namespace ControlPlane.FeatureTests.Server;

/// <summary>What the webhook configurations of a cluster hold.</summary>
public class WebhookConfigurationTests
{
    private const string Service = """{"name":"istiod","namespace":"mesh","path":"PATH","port":443}""";

    [Theory]
    [InlineData("{}", "", "", "/inject", "/validate")]
    [InlineData("{}", "https://a:1/inject", "https://a:1/validate", null, null)]
    [InlineData("""{"istiodRemote":{"injectionPath":"/inject/cluster/c"}}""", "", "", "/inject/cluster/c", "/validate")]
    [InlineData("""{"istiodRemote":{"injectionURL":"https://b:2/inject"},"base":{"validationURL":"https://b:2/validate"}}""", "", "", null, null)]
    public void ClientConfig_WithoutAUrl_NamesTheService(string values, string injectionUrl, string validationUrl, string? injectionPath, string? validationPath)
    {
        var (injection, validation) = Make(values, injectionUrl, validationUrl);
        foreach (var (configurations, url, path) in new[] { (injection, injectionUrl, injectionPath), ((IWebhookConfigurations)validation, validationUrl, validationPath) })
        {
            foreach (var client in configurations.Names.SelectMany(name => configurations.Wanted(name)!.Webhooks).Select(webhook => webhook!["clientConfig"]!))
            {
                Assert.Equal("UEVN", client["caBundle"]!.ToString());
                Assert.Equal(path is null ? null : Service.Replace("PATH", path, StringComparison.Ordinal), client["service"]?.ToJsonString());
                if (url.Length > 0)
                    Assert.Equal(url, client["url"]!.ToString());
                Assert.Equal(path is null, client["url"] is not null);
            }
        }
    }

    [Fact]
    public void Revision_ThatIsNamed_HasItsOwnServiceAndNames()
    {
        var (injection, validation) = Make("""{"revision":"canary","revisionTags":["prod"]}""");
        Assert.Equal(["istio-sidecar-injector-canary", "istio-revision-tag-prod"], injection.Names);
        Assert.Equal(["istio-validator-canary-mesh"], validation.Names);
        var wanted = validation.Wanted("istio-validator-canary-mesh")!;
        Assert.Equal("canary", wanted.Labels["istio.io/rev"]);
        Assert.Equal("istiod-canary", wanted.Webhooks[0]!["clientConfig"]!["service"]!["name"]!.ToString());
        Assert.Equal("""{"matchExpressions":[{"key":"istio.io/rev","operator":"In","values":["canary"]}]}""", wanted.Webhooks[0]!["objectSelector"]!.ToJsonString());
    }

    [Fact]
    public void FailurePolicy_OfValidation_IsOpenUntilItIsProven()
    {
        var (_, validation) = Make("{}");
        var told = 0;
        validation.Changed += () => told++;
        Assert.True(validation.NeedsProof);
        Assert.Equal(["Ignore", "Ignore"], Policies(validation));
        validation.Close();
        Assert.Equal(["Fail", "Fail"], Policies(validation));
        Assert.Equal((false, 1), (validation.NeedsProof, told));
        Assert.All(validation.Names, name => Assert.True(validation.Wanted(name)!.StaysClosed));
    }

    [Theory]
    [InlineData("""{"base":{"validationFailurePolicy":"Ignore"}}""", "Ignore")]
    [InlineData("""{"base":{"validationFailurePolicy":"Fail"}}""", "Fail")]
    [InlineData("""{"base":{"validationCABundle":"T1RIRVI="}}""", "Fail")]
    public void FailurePolicy_OfTheChartValues_NeedsNoProof(string values, string expected)
    {
        var (_, validation) = Make(values);
        Assert.False(validation.NeedsProof);
        Assert.Equal([expected, expected], Policies(validation));
    }

    [Fact]
    public void Validation_SwitchedOffByTheChartValues_HasNoConfiguration()
    {
        var (_, validation) = Make("""{"global":{"configValidation":false}}""");
        Assert.Empty(validation.Names);
        Assert.False(validation.NeedsProof);
    }

    private static List<string> Policies(ValidationWebhooks validation) =>
        [.. validation.Names.Select(name => validation.Wanted(name)!.Webhooks[0]!["failurePolicy"]!.ToString())];

    private static (IWebhookConfigurations Injection, ValidationWebhooks Validation) Make(string values, string injectionUrl = "", string validationUrl = "")
    {
        var given = new Dictionary<string, string>
        {
            ["--injection"] = "true", ["--root-namespace"] = "mesh", ["--injection-url"] = injectionUrl, ["--validation-url"] = validationUrl,
        };
        var settings = new SettingValues(setting => given.GetValueOrDefault(setting.Flag) is { Length: > 0 } text ? text : null, _ => null);
        var options = ServerOptions.Read(settings);
        Assert.Empty(settings.Faults);
        var chart = ChartValues.Read((JsonObject)JsonNode.Parse(values)!);
        var trust = new WebhookTrust(options.Webhook, new Roots());
        return (new InjectionWebhooks(chart, options, trust), new ValidationWebhooks(chart, options, trust));
    }

    private sealed class Roots : IRootCertificates
    {
        public event Action? Changed
        {
            add { }
            remove { }
        }

        public string Pem => "PEM";
    }
}
