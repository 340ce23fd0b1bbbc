using ControlPlane.Pipeline.Gate;
using ControlPlane.Pipeline.Tests.Gate.Rules;
using ControlPlane.Translation.Envoy;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Pipeline.Tests.Gate;

/// <summary>Each kind of rule: what it lets pass, and what it says of what it does not.</summary>
public class ResourceValidatorTests
{
    private static readonly TypeRegistry Types = TypeRegistry.FromFiles(RulesReflection.Descriptor, Udpa.Type.V1.TypedStructReflection.Descriptor);
    private static readonly ResourceValidator Validator = new(Types.Find);
    private static readonly JsonParser Json = new(JsonParser.Settings.Default.WithTypeRegistry(Types));

    [Theory]
    // Texts: é is one character of two bytes.
    [InlineData("""{"texts":{"minLen":"éé"}}""")]
    [InlineData("""{"texts":{"maxLen":"éé"}}""")]
    [InlineData("""{"texts":{"len":"é😀"}}""")]
    [InlineData("""{"texts":{"minBytes":"éx"}}""")]
    [InlineData("""{"texts":{"maxBytes":"éx"}}""")]
    [InlineData("""{"texts":{"lenBytes":"éx"}}""")]
    [InlineData("""{"texts":{"constant":"x"}}""")]
    [InlineData("""{"texts":{"pattern":""}}""")]
    [InlineData("""{"texts":{"pattern":"ab$c"}}""")]
    [InlineData("""{"texts":{"prefix":"%x","suffix":"x%","contains":"a-b","notContains":"ab","in":"b","notIn":"c"}}""")]
    [InlineData("""{"texts":{"nameStrict":":authority"}}""")]
    [InlineData("""{"texts":{"nameStrict":"x-b3-traceid","nameLoose":"any thing (goes)","valueStrict":"a\tb é","valueLoose":"a\u0001b"}}""")]
    [InlineData("""{"texts":{"nameLoose":"","valueStrict":"","valueLoose":""}}""")]
    [InlineData("""{"texts":{"ip":"::1","ipv4":"10.0.0.1","ipv6":"fe80::1","hostname":"a-1.example.","address":"10.0.0.1"}}""")]
    [InlineData("""{"texts":{"address":"example.org","ignoreEmpty":"","both":"abc","notEmpty":"x"}}""")]
    [InlineData("""{"texts":{}}""")]
    [InlineData("""{"numbers":{"gt":6,"gte":5,"lt":4,"lte":5,"between":7,"outside":8,"constant":5,"in":7,"notIn":6,"ignoreEmpty":0}}""")]
    [InlineData("""{"numbers":{"outside":4,"int32":-1,"int64":"-1","uint64":"5","float":0.75,"double":0.5,"sint32":-1,"fixed64":"4"}}""")]
    [InlineData("""{"others":{}}""")]
    [InlineData("""{"others":{"wrapped":5,"wrappedText":"x","flag":true,"min":"AAA=","max":"AAA=","exact":"AAA="}}""")]
    [InlineData("""{"others":{"defined":"RED","notRed":"UNSET","onlyRed":"RED","above":"1.000000001s","least":"0.001s","most":"1s"}}""")]
    [InlineData("""{"lists":{"minItems":[1,2],"maxItems":[1,2],"unique":["a","b"],"items":["a"],"colors":["RED"],"messages":[{}],"small":[4]}}""")]
    [InlineData("""{"lists":{"skipped":[{"notEmpty":""}]},"skipped":{"texts":{"notEmpty":""}},"silenced":{}}""")]
    [InlineData("""{"maps":{"maxPairs":{"a":1},"keys":{"ab":1},"values":{"a":5},"messages":{"a":{}}}}""")]
    [InlineData("""{"choice":{"any":true}}""")]
    [InlineData("""{"choice":{"texts":{}}}""")]
    [InlineData("""{"choice":{"demanded":{}}}""")]
    [InlineData("""{"duration":"0s"}""")]
    [InlineData("""{"duration":"9223372035.999999999s"}""")]
    [InlineData("""{"lone":{"required":{},"wrapped":0,"duration":"0s","any":{"@type":"type.googleapis.com/controlplane.tests.rules.Harmless"},"timestamp":"2026-01-01T00:00:00Z"}}""")]
    public void SoundValue_Validated_Passes(string json)
    {
        Assert.Empty(Validator.Explain(Json.Parse<Free>(json)));
    }

    [Theory]
    [InlineData("""{"texts":{"minLen":"é"}}""", "texts.min_len: must have at least 2 characters, not 1")]
    [InlineData("""{"texts":{"maxLen":"ééé"}}""", "texts.max_len: must have at most 2 characters, not 3")]
    [InlineData("""{"texts":{"len":"é"}}""", "texts.len: must have exactly 2 characters, not 1")]
    [InlineData("""{"texts":{"minBytes":"é"}}""", "texts.min_bytes: must have at least 3 bytes, not 2")]
    [InlineData("""{"texts":{"maxBytes":"éé"}}""", "texts.max_bytes: must have at most 3 bytes, not 4")]
    [InlineData("""{"texts":{"lenBytes":"éé"}}""", "texts.len_bytes: must have exactly 3 bytes, not 4")]
    [InlineData("""{"texts":{"constant":""}}""", "texts.constant: must be \"x\"")]
    [InlineData("""{"texts":{"pattern":"\n"}}""", "texts.pattern: must match ^$|^[a-c$]+$")]
    [InlineData("""{"texts":{"pattern":"a\n"}}""", "texts.pattern: must match ^$|^[a-c$]+$")]
    [InlineData("""{"texts":{"prefix":"x%"}}""", "texts.prefix: must begin with \"%\"")]
    [InlineData("""{"texts":{"suffix":"%x"}}""", "texts.suffix: must end with \"%\"")]
    [InlineData("""{"texts":{"contains":"ab"}}""", "texts.contains: must contain \"-\"")]
    [InlineData("""{"texts":{"notContains":"a-b"}}""", "texts.not_contains: must not contain \"-\"")]
    [InlineData("""{"texts":{"in":"c"}}""", "texts.in: must be one of a, b")]
    [InlineData("""{"texts":{"notIn":"a"}}""", "texts.not_in: must not be \"a\"")]
    [InlineData("""{"texts":{"nameStrict":"a b"}}""", "texts.name_strict: must be a header name")]
    [InlineData("""{"texts":{"nameStrict":":"}}""", "texts.name_strict: must be a header name")]
    [InlineData("""{"texts":{"nameLoose":"a\r"}}""", "texts.name_loose: must be a header name")]
    [InlineData("""{"texts":{"valueStrict":"a\u007f"}}""", "texts.value_strict: must be a header value")]
    [InlineData("""{"texts":{"valueStrict":"a\u0001"}}""", "texts.value_strict: must be a header value")]
    [InlineData("""{"texts":{"valueLoose":"a\n"}}""", "texts.value_loose: must be a header value")]
    [InlineData("""{"texts":{"ip":"a"}}""", "texts.ip: must be an IP address")]
    [InlineData("""{"texts":{"ipv4":"::1"}}""", "texts.ipv4: must be an IPv4 address")]
    [InlineData("""{"texts":{"ipv6":"1.1.1.1"}}""", "texts.ipv6: must be an IPv6 address")]
    [InlineData("""{"texts":{"hostname":"-a.b"}}""", "texts.hostname: must be a host name")]
    [InlineData("""{"texts":{"hostname":"a..b"}}""", "texts.hostname: must be a host name")]
    [InlineData("""{"texts":{"address":"a_b"}}""", "texts.address: must be a host name or an IP address")]
    [InlineData("""{"texts":{"ignoreEmpty":"ab"}}""", "texts.ignore_empty: must have at least 3 characters, not 2")]
    [InlineData("""{"texts":{"both":"abcd"}}""", "texts.both: must have at most 3 bytes, not 4")]
    [InlineData("""{"texts":{"both":"a b"}}""", "texts.both: must be a header name")]
    [InlineData("""{"texts":{"notEmpty":""}}""", "texts.not_empty: must not be empty")]
    public void UnsoundText_Validated_IsNamedWithFieldAndReason(string json, string expected) => AssertOnly(expected, json);

    [Theory]
    [InlineData("""{"numbers":{"gt":5}}""", "numbers.gt: must be greater than 5, not 5")]
    [InlineData("""{"numbers":{"gte":0}}""", "numbers.gte: must be at least 5, not 0")]
    [InlineData("""{"numbers":{"lt":5}}""", "numbers.lt: must be less than 5, not 5")]
    [InlineData("""{"numbers":{"lte":6}}""", "numbers.lte: must be at most 5, not 6")]
    [InlineData("""{"numbers":{"between":8}}""", "numbers.between: must be at least 5 and at most 7, not 8")]
    [InlineData("""{"numbers":{"outside":5}}""", "numbers.outside: must be greater than 7 or less than 5, not 5")]
    [InlineData("""{"numbers":{"constant":6}}""", "numbers.constant: must be 5, not 6")]
    [InlineData("""{"numbers":{"in":6}}""", "numbers.in: must be one of 5, 7, not 6")]
    [InlineData("""{"numbers":{"notIn":7}}""", "numbers.not_in: must not be 7")]
    [InlineData("""{"numbers":{"ignoreEmpty":1}}""", "numbers.ignore_empty: must be at least 5, not 1")]
    [InlineData("""{"numbers":{"int32":-2}}""", "numbers.int32: must be at least -1, not -2")]
    [InlineData("""{"numbers":{"int64":"-2"}}""", "numbers.int64: must be at least -1, not -2")]
    [InlineData("""{"numbers":{"uint64":"4"}}""", "numbers.uint64: must be at least 5, not 4")]
    [InlineData("""{"numbers":{"float":0.5}}""", "numbers.float: must be greater than 0.5, not 0.5")]
    [InlineData("""{"numbers":{"double":0.25}}""", "numbers.double: must be at least 0.5, not 0.25")]
    [InlineData("""{"numbers":{"sint32":-2}}""", "numbers.sint32: must be at least -1, not -2")]
    [InlineData("""{"numbers":{"fixed64":"5"}}""", "numbers.fixed64: must be less than 5, not 5")]
    public void UnsoundNumber_Validated_IsNamedWithFieldAndReason(string json, string expected) => AssertOnly(expected, json);

    [Theory]
    [InlineData("""{"others":{"wrapped":0}}""", "others.wrapped: must be at least 5, not 0")]
    [InlineData("""{"others":{"wrappedText":""}}""", "others.wrapped_text: must not be empty")]
    [InlineData("""{"others":{"flag":false}}""", "others.flag: must be true")]
    [InlineData("""{"others":{"min":"AA=="}}""", "others.min: must have at least 2 bytes, not 1")]
    [InlineData("""{"others":{"max":"AAAA"}}""", "others.max: must have at most 2 bytes, not 3")]
    [InlineData("""{"others":{"exact":"AAAA"}}""", "others.exact: must have exactly 2 bytes, not 3")]
    [InlineData("""{"others":{"defined":7}}""", "others.defined: must not be 7")]
    [InlineData("""{"others":{"notRed":"RED"}}""", "others.not_red: must not be RED")]
    [InlineData("""{"others":{"onlyRed":7}}""", "others.only_red: must not be 7")]
    [InlineData("""{"others":{"color":"BLUE"}}""", "others.color: must not be BLUE")]
    [InlineData("""{"others":{"above":"1s"}}""", "others.above: must be greater than 1s, not 1s")]
    [InlineData("""{"others":{"least":"0.000999s"}}""", "others.least: must be at least 0.001s, not 0.000999s")]
    [InlineData("""{"others":{"most":"1.5s"}}""", "others.most: must be at most 1s, not 1.500s")]
    [InlineData("""{"others":{"any":{"@type":"type.googleapis.com/controlplane.tests.rules.Harmless"}}}""", "others.any: must not be of type \"type.googleapis.com/controlplane.tests.rules.Harmless\"")]
    [InlineData("""{"others":{"disallowed":1}}""", "others.disallowed: Envoy refuses this deprecated field unless its runtime allows it")]
    public void UnsoundValue_Validated_IsNamedWithFieldAndReason(string json, string expected) => AssertOnly(expected, json);

    [Theory]
    [InlineData("""{"lists":{"minItems":[1]}}""", "lists.min_items: must have at least 2 elements, not 1")]
    [InlineData("""{"lists":{"maxItems":[1,2,3]}}""", "lists.max_items: must have at most 2 elements, not 3")]
    [InlineData("""{"lists":{"unique":["a","b","a"]}}""", "lists.unique: must not hold the same element twice")]
    [InlineData("""{"lists":{"items":["a",""]}}""", "lists.items[1]: must not be empty")]
    [InlineData("""{"lists":{"colors":["RED",9]}}""", "lists.colors[1]: must not be 9")]
    [InlineData("""{"lists":{"messages":[{},{"notEmpty":""}]}}""", "lists.messages[1].not_empty: must not be empty")]
    [InlineData("""{"lists":{"small":[5]}}""", "lists.small[0]: must be less than 5, not 5")]
    [InlineData("""{"maps":{"maxPairs":{"a":1,"b":2}}}""", "maps.max_pairs: must have at most 1 entries, not 2")]
    [InlineData("""{"maps":{"keys":{"a":1}}}""", "maps.keys[a]: the key must have at least 2 characters, not 1")]
    [InlineData("""{"maps":{"values":{"a":4}}}""", "maps.values[a]: must be at least 5, not 4")]
    [InlineData("""{"maps":{"messages":{"a":{"notEmpty":""}}}}""", "maps.messages[a].not_empty: must not be empty")]
    [InlineData("""{"choice":{}}""", "choice.kind: one of its fields must be set: any, name, texts, demanded")]
    [InlineData("""{"choice":{"any":false}}""", "choice.any: must be true")]
    [InlineData("""{"choice":{"name":""}}""", "choice.name: must not be empty")]
    [InlineData("""{"free":{"free":{"texts":{"notEmpty":""}}}}""", "free.free.texts.not_empty: must not be empty")]
    [InlineData("""{"duration":"-0.5s"}""", "duration: must not be negative: -0.500s")]
    [InlineData("""{"duration":"9223372036s"}""", "duration: is out of range: 9223372036s")]
    [InlineData("""{"any":{"@type":"type.googleapis.com/google.protobuf.Duration","value":"-1s"}}""", "any: must not be negative: -1s")]
    public void UnsoundStructure_Validated_IsNamedWithFieldAndReason(string json, string expected) => AssertOnly(expected, json);

    [Fact]
    public void RequiredFields_Absent_AreNamed()
    {
        Assert.Equal(
            ["lone.required: must be set", "lone.wrapped: must be set", "lone.duration: must be set", "lone.any: must be set", "lone.timestamp: must be set"],
            Validator.Explain(new Free { Lone = new Lone() }));
    }

    [Fact]
    public void RequiredElements_Absent_AreNamed()
    {
        Assert.Equal(
            ["items: must have at least 1 elements, not 0", "pairs: must have at least 1 entries, not 0", "name: must not be empty"],
            Validator.Explain(new Demanding()));
    }

    [Fact]
    public void Any_OfAKnownType_IsCheckedInside()
    {
        var free = new Free { Any = Any.Pack(new Free { Any = Any.Pack(new Demanding()) }) };

        Assert.Contains("any.any.name: must not be empty", Validator.Explain(free));
    }

    [Fact]
    public void Any_FoundSoundBefore_IsStillFoundUnsoundAsAnotherType()
    {
        var sound = Any.Pack(new Harmless());
        var validator = new ResourceValidator(Types.Find);
        Assert.Empty(validator.Validate(new Free { Any = new Any { TypeUrl = Any.Pack(new Free()).TypeUrl, Value = sound.Value } }));

        var asDemanding = new Any { TypeUrl = Any.Pack(new Demanding()).TypeUrl, Value = sound.Value };

        Assert.Equal(3, validator.Validate(new Free { Any = asDemanding }).Count);
    }

    [Fact]
    public void Any_OfAnUnknownType_IsPassedOver()
    {
        var any = new Any { TypeUrl = "type.googleapis.com/example.Unknown", Value = ByteString.CopyFrom(0xff) };

        Assert.Empty(Validator.Validate(new Free { Any = any }));
    }

    [Fact]
    public void Any_WithBrokenBytes_IsNamed()
    {
        var any = new Any { TypeUrl = "type.googleapis.com/" + Demanding.Descriptor.FullName, Value = ByteString.CopyFrom(0x0a, 0x7f) };

        var violation = Assert.Single(Validator.Validate(new Free { Any = any }));

        Assert.Equal("any", violation.Path);
        Assert.StartsWith("holds bytes that are no controlplane.tests.rules.Demanding", violation.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"items":[1],"pairs":{"a":"b"},"name":"x"}""", null)]
    [InlineData("""{"items":[1],"pairs":{"a":"b"},"name":""}""", "any.name: must not be empty")]
    [InlineData("""{"items":"one"}""", "any.value: is no controlplane.tests.rules.Demanding")]
    public void TypedStruct_OfAKnownType_IsCheckedAsThatType(string value, string? expected)
    {
        var typed = new Udpa.Type.V1.TypedStruct { TypeUrl = "type.googleapis.com/" + Demanding.Descriptor.FullName, Value = Json.Parse<Struct>(value) };

        var found = Validator.Explain(new Free { Any = Any.Pack(typed) });

        if (expected is null)
            Assert.Empty(found);
        else
            Assert.StartsWith(expected, Assert.Single(found), StringComparison.Ordinal);
    }

    [Fact]
    public void NestingWithoutEnd_Validated_IsRefusedInsteadOfOverflowing()
    {
        var free = new Free();
        for (int i = 0; i < 10_000; i++)
            free = new Free { Free_ = free };

        Assert.Contains("levels deep", Assert.Single(Validator.Explain(free)), StringComparison.Ordinal);
    }

    [Fact]
    public void ManyViolations_Validated_AreBounded()
    {
        var lists = new Lists();
        lists.Items.AddRange(Enumerable.Repeat("", 1000));

        Assert.Equal(ResourceValidator.MaxViolations, Validator.Validate(new Free { Lists = lists }).Count);
    }

    [Fact]
    public void TypeWithoutRules_Validated_IsNotVisited()
    {
        Assert.Null(new ResourceValidator(Types.Find).RulesOf(Harmless.Descriptor));
        Assert.NotNull(new ResourceValidator(Types.Find).RulesOf(Free.Descriptor));
    }

    /// <summary>A kind of rule that the engine does not know is an error when it is met: so every rule of every definition is one it knows.</summary>
    [Fact]
    public void RulesOfEveryDefinition_Compiled_AreAllKnown()
    {
        var validator = new ResourceValidator();
        int types = 0;
        foreach (var type in ProtoTypes.Files.SelectMany(file => file.MessageTypes).SelectMany(WithNested))
        {
            validator.Validate(type.Parser.ParseFrom(ByteString.Empty));
            types++;
        }

        Assert.True(types > 900, $"only {types} types");
    }

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor type) =>
        type.NestedTypes.Where(nested => nested.ClrType is not null).SelectMany(WithNested).Prepend(type);

    private static void AssertOnly(string expected, string json) => Assert.Equal([expected], Validator.Explain(Json.Parse<Free>(json)));
}
