using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Templates;

namespace ControlPlane.Injection.Tests;

public class CustomTemplateTests
{
    private const string Data = """
        {"Name": "web", "Empty": "", "Count": 3, "On": true, "spec": {"containers": [{"name": "a"}, {"name": "b", "image": "i:1"}], "serviceAccountName": "sa"},
         "Values": {"global": {"hub": "h", "nested": {"deep": {"x": 1, "y": [1, "two"]}}}},
         "ObjectMeta": {"labels": {"app": "web"}, "annotations": {"a/b": "c"}}}
        """;

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("{{ .Name }}-{{ .Count }}", "web-3")]
    [InlineData("a  {{- .Name -}}  b", "awebb")]
    [InlineData("x{{/* a }} comment */}}y", "xy")]
    [InlineData("{{ if .Empty }}1{{ else if eq .Count 3 }}2{{ else }}3{{ end }}", "2")]
    [InlineData("{{ if and .On (not .Empty) }}yes{{ end }}", "yes")]
    [InlineData("{{ range .Spec.Containers }}[{{ .Name }}:{{ .Image }}]{{ end }}", "[a:][b:i:1]")]
    [InlineData("{{ range $i, $c := .Spec.Containers }}{{ $i }}{{ $c.Name }}{{ $.Name }} {{ end }}", "0aweb 1bweb ")]
    [InlineData("{{ range .Spec.InitContainers }}x{{ else }}none{{ end }}", "none")]
    [InlineData("{{ range .Spec.Containers }}{{ if eq .Name \"b\" }}{{ break }}{{ end }}{{ .Name }}{{ end }}", "a")]
    [InlineData("{{ with .Spec.ServiceAccountName }}<{{ . }}>{{ end }}{{ with .Spec.NodeName }}x{{ end }}", "<sa>")]
    [InlineData("{{ $x := 1 }}{{ if .On }}{{ $x = 2 }}{{ end }}{{ $x }}", "2")]
    [InlineData("{{ define \"p\" }}({{ . }}){{ end }}{{ template \"p\" .Name }}", "(web)")]
    [InlineData("{{ index .ObjectMeta.Labels `app` | default \"none\" | upper | quote }}", "\"WEB\"")]
    [InlineData("{{ index .ObjectMeta.Labels `missing` | default \"none\" }}", "none")]
    [InlineData("{{ annotation .ObjectMeta `a/b` 1 }} {{ annotation .ObjectMeta `x` 1 }}", "c 1")]
    [InlineData("{{ .Values.global.hub }} {{ .Values.global.missing }} {{ (.Values.global).hub }}", "h <no value> h")]
    [InlineData("{{ printf \"%s=%d%%\" .Name .Count }}", "web=3%")]
    [InlineData("{{ contains \"/\" \"a/b\" }} {{ len .Spec.Containers }} {{ list \"a\" \"b\" | join \",\" }}", "true 2 a,b")]
    [InlineData("{{ \"abcdef\" | trunc 3 | trimSuffix \"c\" }} {{ \"-x-\" | trimAll \"-\" }}", "ab x")]
    [InlineData("k:\n  {{ toYaml .Values.global.nested | indent 2 }}", "k:\n  deep:\n    \"x\": 1\n    \"y\":\n      - 1\n      - \"two\"\n  ")]
    [InlineData("{{ toJson (dict \"a\" 1 \"b\" (list true)) }}", "{\"a\":1,\"b\":[true]}")]
    [InlineData("{{ ternary \"y\" \"n\" (gt 2 1) }}{{ or .Empty \"d\" }}{{ ne .Name \"x\" }}", "ydtrue")]
    public void Template_WithData_WritesWhatGoWrites(string template, string expected)
    {
        var (body, named) = TemplateParser.Parse(template);
        Assert.Equal(expected, new TemplateRun(named, new GoMap(TestInjection.Json(Data), GoMapKind.Struct)).Execute(body));
    }

    [Theory]
    [InlineData("{{ if .X }}")]
    [InlineData("{{ end }}")]
    [InlineData("{{ .Name")]
    [InlineData("{{ \"open }}")]
    [InlineData("{{ (1 }}")]
    [InlineData("{{ | upper }}")]
    [InlineData("{{ range .X }}{{ else if .Y }}{{ end }}")]
    public void Template_ThatIsNotWellFormed_IsRefusedWhenItIsRead(string template) =>
        Assert.Contains("templates.mine", Assert.Throws<InvalidConfigurationException>(() => CustomTemplate.Read("mine", template, TestInjection.Yaml)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{{ nosuch 1 }}", "nosuch")]
    [InlineData("{{ index .Spec.Containers 9 }}", "index 9")]
    [InlineData("{{ $missing }}", "$missing")]
    [InlineData("{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}", "call each other")]
    [InlineData("{{ range 1000 }}{{ range 1000 }}x{{ end }}{{ end }}", "steps")]
    [InlineData("- a list", "does not write a map")]
    [InlineData("a: [", "not well-formed YAML")]
    public void Template_ThatCantBeCarriedOut_RefusesThePodWithNameAndReason(string template, string reason)
    {
        var injector = TestInjection.Injector($"sidecarInjectorWebhook: {{templates: {{mine: {System.Text.Json.JsonSerializer.Serialize(template)}}}}}");
        var error = injector.Inject(TestInjection.Pod("""{"inject.istio.io/templates": "mine"}""")).Error;
        Assert.Contains("template \"mine\"", error!, StringComparison.Ordinal);
        Assert.Contains(reason, error!, StringComparison.Ordinal);
    }

    [Fact]
    public void Template_OfAKnownName_ReplacesIt()
    {
        var injector = TestInjection.Injector("sidecarInjectorWebhook: {templates: {sidecar: 'metadata: {labels: {mine: \"{{ .DeploymentMeta.Name }}\"}}'}}");
        var pod = injector.Injected(TestInjection.Pod());
        Assert.Equal("cart", pod["metadata"]!["labels"]!["mine"]!.ToString());
        Assert.Empty(pod.Names("spec.initContainers"));
    }
}
