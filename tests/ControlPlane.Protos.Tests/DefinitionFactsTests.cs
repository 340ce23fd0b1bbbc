using Google.Protobuf.Reflection;
using Validate;

namespace ControlPlane.Protos.Tests;

/// <summary>The comparison with upstream is worth what its facts notice: each change of a definition must change them.</summary>
public class DefinitionFactsTests
{
    public static TheoryData<string> Changes() => new(Mutations.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Changes))]
    public void Definition_Changed_StatesSomethingElse(string change)
    {
        var changed = Definition();
        Mutations[change](changed);

        Assert.NotEqual(State(Definition()), State(changed));
    }

    [Fact]
    public void Definition_Copied_StatesTheSame() => Assert.Equal(State(Definition()), State(Definition()));

    private static readonly Dictionary<string, Action<FileDescriptorProto>> Mutations = new()
    {
        ["package"] = file => file.Package = "other",
        ["syntax"] = file => file.Syntax = "proto2",
        ["message name"] = file => file.MessageType[0].Name = "N",
        ["message gone"] = file => file.MessageType.Clear(),
        ["field gone"] = file => file.MessageType[0].Field.RemoveAt(1),
        ["field name"] = file => Field(file).Name = "other_name",
        ["field number"] = file => Field(file).Number = 3,
        ["field label"] = file => Field(file).Label = FieldDescriptorProto.Types.Label.Repeated,
        ["field type"] = file => Field(file).Type = FieldDescriptorProto.Types.Type.Bytes,
        ["field of another message"] = file => Field(file).TypeName = ".p.X",
        ["field out of the oneof"] = file => Field(file).ClearOneofIndex(),
        ["field JSON name"] = file => Field(file).JsonName = "unusual",
        ["field packed"] = file => Field(file).Options.Packed = false,
        ["field deprecated"] = file => Field(file).Options.Deprecated = false,
        ["field optional"] = file => Field(file).Proto3Optional = true,
        ["field rule"] = file => Field(file).Options.GetExtension(ValidateExtensions.Rules).String.MinLen = 2,
        ["oneof name"] = file => file.MessageType[0].OneofDecl[0].Name = "other",
        ["oneof required"] = file => file.MessageType[0].OneofDecl[0].Options = null,
        ["enum value name"] = file => file.EnumType[0].Value[1].Name = "OTHER",
        ["enum value number"] = file => file.EnumType[0].Value[1].Number = 7,
        ["enum default"] = file => file.EnumType[0].Value[0].Name = "OTHER",
        ["method streaming"] = file => file.Service[0].Method[0].ClientStreaming = false,
        ["method type"] = file => file.Service[0].Method[0].OutputType = ".p.Y",
    };

    private static FieldDescriptorProto Field(FileDescriptorProto file) => file.MessageType[0].Field[0];

    private static FileDescriptorProto Definition()
    {
        var fieldOptions = new FieldOptions { Deprecated = true, Packed = true };
        fieldOptions.SetExtension(ValidateExtensions.Rules, new FieldRules { String = new StringRules { MinLen = 1 } });
        var oneofOptions = new OneofOptions();
        oneofOptions.SetExtension(ValidateExtensions.Required, true);
        var field = new FieldDescriptorProto
        {
            Name = "a_name", Number = 1, Label = FieldDescriptorProto.Types.Label.Optional, Type = FieldDescriptorProto.Types.Type.String,
            OneofIndex = 0, Options = fieldOptions,
        };
        var message = new DescriptorProto
        {
            Name = "M",
            Field = { field, new FieldDescriptorProto { Name = "b", Number = 2, Type = FieldDescriptorProto.Types.Type.Bool } },
            OneofDecl = { new OneofDescriptorProto { Name = "choice", Options = oneofOptions } },
        };
        var values = new EnumDescriptorProto
        {
            Name = "E", Value = { new EnumValueDescriptorProto { Name = "NONE", Number = 0 }, new EnumValueDescriptorProto { Name = "ONE", Number = 1 } },
        };
        var service = new ServiceDescriptorProto
        {
            Name = "S", Method = { new MethodDescriptorProto { Name = "Call", InputType = ".p.M", OutputType = ".p.M", ClientStreaming = true } },
        };
        return new FileDescriptorProto { Name = "f.proto", Package = "p", Syntax = "proto3", MessageType = { message }, EnumType = { values }, Service = { service } };
    }

    private static IEnumerable<string> State(FileDescriptorProto file) =>
        new DefinitionFacts([file]).ByName.SelectMany(pair => pair.Value.Select(fact => $"{pair.Key}: {fact}"));
}
