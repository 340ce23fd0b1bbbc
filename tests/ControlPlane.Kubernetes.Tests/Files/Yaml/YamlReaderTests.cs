namespace ControlPlane.Kubernetes.Tests.Files.Yaml;

/// <summary>Structure of documents. Expected values agree with kubectl 1.32 unless a test says otherwise.</summary>
public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("a:\n- 1\n- 2", """{"a":[1,2]}""")]
    [InlineData("a:\n  - 1\n  - 2\nb: 3", """{"a":[1,2],"b":3}""")]
    [InlineData("- - a\n  - b\n- c: d\n  e: f\n-\n  g\n-", """[["a","b"],{"c":"d","e":"f"},"g",null]""")]
    [InlineData("a:\n    b: 1\nc:\n  d:\n", """{"a":{"b":1},"c":{"d":null}}""")]
    [InlineData("? a\n: - b\n  - c\n? d", """{"a":["b","c"],"d":null}""")]
    [InlineData("? |\n  k\n: 1", """{"k\n":1}""")]
    [InlineData("--- # comment\na: 1", """{"a":1}""")]
    [InlineData("%YAML 1.1\n---\na: 1", """{"a":1}""")]
    [InlineData("--- text", "\"text\"")]
    [InlineData("# only a comment", "")]
    [InlineData("---", "null")]
    public void Read_BlockCollections_FollowIndentation(string text, string json) => Assert.Equal(json, Yaml.Json(text));

    [Theory]
    [InlineData("a: {b: [c, {d: e}], f: }", """{"a":{"b":["c",{"d":"e"}],"f":null}}""")]
    [InlineData("a: [b: 1, ? c : 2]", """{"a":[{"b":1},{"c":2}]}""")]
    [InlineData("a: {\"b\":1,'c':[2],}", """{"a":{"b":1,"c":[2]}}""")]
    [InlineData("a: [\n1, # one\n  2\n]", """{"a":[1,2]}""")]
    [InlineData("a: [http://x, y:z, -w, -]", """{"a":["http://x","y:z","-w","-"]}""")]
    [InlineData("a: [fe80::, ::1]", """{"a":["fe80::","::1"]}""")] // kubectl refuses ::1 here
    [InlineData("a: {b:c}", """{"a":{"b:c":null}}""")]
    public void Read_FlowCollections_FollowBrackets(string text, string json) => Assert.Equal(json, Yaml.Json(text));

    [Theory]
    [InlineData("a: '1'\n:path: 2", """{"a":"1",":path":2}""")]
    [InlineData("a: {e: '1'}\n:path: {p: /}", """{"a":{"e":"1"},":path":{"p":"/"}}""")]
    [InlineData("a: [b]\n:authority: x", """{"a":["b"],":authority":"x"}""")]
    public void Read_KeyThatBeginsWithAColon_KeepsItWhateverStandsBefore(string text, string json) => Assert.Equal(json, Yaml.Json(text));

    [Theory]
    [InlineData("a: b\n  c\n\n  d # e", """{"a":"b c\nd"}""")]
    [InlineData("a: x\n  - y", """{"a":"x - y"}""")]
    [InlineData("a: b#c", """{"a":"b#c"}""")]
    [InlineData("a: \"b\n  c\n\n  d\\\n   e\\n\\x41\\u00e9\\U0001F600\"", """{"a":"b c\nde\nAé😀"}""")]
    [InlineData("a: \"\\ud83d\\ude00\"", """{"a":"😀"}""")] // kubectl refuses; JSON inside YAML has it
    [InlineData("a: 'it''s\n  b'", """{"a":"it's b"}""")]
    [InlineData("a: |\n  x\n   y\n\n  z\nb: 1", """{"a":"x\n y\n\nz\n","b":1}""")]
    [InlineData("a: |-\n  x\n", """{"a":"x"}""")]
    [InlineData("a: |-\n  x\n  ", """{"a":"x"}""")]
    [InlineData("a: |+\n  x\n\n", """{"a":"x\n\n"}""")]
    [InlineData("a: |2\n    x\n   y", """{"a":"  x\n y"}""")]
    [InlineData("a: >\n  x\n  y\n\n  z\n   more\n  end\n", """{"a":"x y\nz\n more\nend\n"}""")]
    [InlineData("a: |\nb: 1", """{"a":"","b":1}""")]
    [InlineData("- |\n  x\n- z", """["x\n","z"]""")]
    [InlineData("a: |\r\n  x\r\n  y\r\nb: 1\r\n", """{"a":"x\ny\n","b":1}""")]
    public void Read_Scalars_AreFoldedAndUnescaped(string text, string json) =>
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(System.Text.Json.Nodes.JsonNode.Parse(json)),
            System.Text.Json.JsonSerializer.Serialize(System.Text.Json.Nodes.JsonNode.Parse(Yaml.Json(text))));

    [Theory]
    [InlineData("a: &x {c: 1}\nb: *x", """{"a":{"c":1},"b":{"c":1}}""")]
    [InlineData("a: &x\n- 1\nb: *x", """{"a":[1],"b":[1]}""")]
    [InlineData("&x a: 1\nb: *x", """{"a":1,"b":"a"}""")]
    [InlineData("a: &x k\n*x : 1", """{"a":"k","k":1}""")]
    [InlineData("&r\na: &s !!str 1\nb: *s", """{"a":"1","b":"1"}""")]
    [InlineData("a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}", """{"a":{"p":1,"q":2},"b":{"q":3,"p":1}}""")]
    [InlineData("a: {<<: [{p: 1}, {p: 2, q: 3}], r: 4}", """{"a":{"r":4,"p":1,"q":3}}""")]
    [InlineData("a: {p: 1, <<: {p: 2}}", """{"a":{"p":1}}""")] // kubectl lets a later merge key win over an explicit key
    [InlineData("a: {'<<': {p: 1}}", """{"a":{"<<":{"p":1}}}""")]
    public void Read_AnchorsAndMergeKeys_AreExpanded(string text, string json) => Assert.Equal(json, Yaml.Json(text));

    [Theory]
    [InlineData("a: 1\nb:\n  c: 1\n  c: 2", 4, "key \"c\" is already in this mapping")]
    [InlineData("a: {b: 1, \"b\": 2}", 1, "key \"b\" is already in this mapping")]
    [InlineData("a: 1\n*u : 2", 2, "alias *u names no anchor")]
    [InlineData("a: &x\n  b: *x", 2, "anchor &x contains itself")]
    [InlineData("a: {<<: 3}", 1, "merge key << needs a mapping")]
    [InlineData("a: 1\n~: 2", 2, "a mapping key must be a scalar, and not null")]
    [InlineData("a: 1\n[b]: 2", 2, "expected a key and a colon")]
    [InlineData("a: 1\nb: \"x\ny: 2", 2, "has no closing \"")]
    [InlineData("a: 1\nb: [c, d", 2, "the bracket [ that begins here is not closed")]
    [InlineData("a: 1\n\tb: 2", 2, "a tab is used for indentation")]
    [InlineData("a:\n  b: 1\n c: 2", 3, "does not fit the indentation")]
    [InlineData("a: b: c", 1, "a mapping can't begin on this line")]
    [InlineData("a: x\n  y: z", 2, "':' is not expected here")]
    [InlineData("a: 'x'y", 1, "'y' is not expected here")]
    [InlineData("a: @x", 1, "'@' is not expected here")]
    [InlineData("a: [1,,2]", 1, "a value is missing before the comma")]
    [InlineData("a: {b: 1\nc: 2}", 2, "expected a comma or }")]
    [InlineData("a: {b\nc: 2}", 2, "a key and its colon must stand on one line")]
    [InlineData("a: \"\\z\"", 1, "unknown escape")]
    [InlineData("a: \"\\u12\"", 1, "hexadecimal")]
    [InlineData("a: \"\\ud800\"", 1, "half a character")]
    [InlineData("a: &x &y 1", 1, "two anchors")]
    [InlineData("a: | x\n  y", 1, "text must begin on the line after")]
    [InlineData("a: 1\nb: \u0001", 2, "control character U+0001")]
    [InlineData("a: 1\nb: x\0y", 2, "control character U+0000")]
    [InlineData("%TAG ! tag:x,2000:\n---\na: 1", 1, "%TAG")]
    [InlineData("%YAML 2.0\n---\na: 1", 1, "only YAML 1")]
    public void Read_MalformedText_NamesLineAndReason(string text, int line, string message)
    {
        var fault = Yaml.Fault(text);
        Assert.Equal(line, fault.Line);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }
}
