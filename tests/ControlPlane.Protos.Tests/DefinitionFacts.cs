using System.Globalization;
using Envoy.Annotations;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Udpa.Annotations;
using Validate;

namespace ControlPlane.Protos.Tests;

/// <summary>
/// What a set of definitions states, as sentences by full name of message, enum or service: two sets agree on a name when the sentences are the same.
/// </summary>
internal sealed class DefinitionFacts
{
    /// <summary>The extensions of descriptor options that we carry. Others of upstream's (migration notes, status) say nothing about the wire.</summary>
    public static readonly ExtensionRegistry KnownOptions =
    [
        ValidateExtensions.Rules, ValidateExtensions.Required, ValidateExtensions.Disabled, ValidateExtensions.Ignored,
        SensitiveExtensions.Sensitive, DeprecationExtensions.DisallowedByDefault, DeprecationExtensions.DisallowedByDefaultEnum,
    ];

    private readonly SortedDictionary<string, SortedSet<string>> _facts = new(StringComparer.Ordinal);

    public DefinitionFacts(IEnumerable<FileDescriptorProto> files)
    {
        foreach (var file in files)
        {
            foreach (var message in file.MessageType)
                AddMessage(file, message, file.Package);
            foreach (var type in file.EnumType)
                AddEnum(type, file.Package);
            foreach (var service in file.Service)
                AddService(service, file.Package);
        }
    }

    public IReadOnlyDictionary<string, SortedSet<string>> ByName => _facts;

    private void AddMessage(FileDescriptorProto file, DescriptorProto message, string scope)
    {
        string name = Join(scope, message.Name);
        var facts = _facts[name] = new SortedSet<string>(StringComparer.Ordinal);
        facts.Add($"message of syntax {file.Syntax}");
        if (message.Options?.Deprecated == true)
            facts.Add("deprecated");
        if (message.Options?.MapEntry == true)
            facts.Add("map entry");
        if (message.Options is not null && message.Options.GetExtension(ValidateExtensions.Disabled))
            facts.Add("rules disabled");
        foreach (var field in message.Field)
            facts.Add(FieldFact(message, field));
        foreach (var oneof in message.OneofDecl)
            facts.Add($"oneof {oneof.Name}{(oneof.Options?.GetExtension(ValidateExtensions.Required) == true ? " required" : "")}");
        foreach (var range in message.ReservedRange)
            facts.Add($"reserved {range.Start}..{range.End}");
        foreach (var reserved in message.ReservedName)
            facts.Add($"reserved name {reserved}");
        foreach (var nested in message.NestedType)
            AddMessage(file, nested, name);
        foreach (var nested in message.EnumType)
            AddEnum(nested, name);
    }

    private void AddEnum(EnumDescriptorProto type, string scope)
    {
        var facts = _facts[Join(scope, type.Name)] = new SortedSet<string>(StringComparer.Ordinal);
        facts.Add($"enum{Flag(type.Options?.AllowAlias, "with aliases")}{Flag(type.Options?.Deprecated, "deprecated")}");
        foreach (var value in type.Value)
        {
            bool disallowed = value.Options is not null && value.Options.GetExtension(DeprecationExtensions.DisallowedByDefaultEnum);
            facts.Add($"value {value.Name} = {Number(value.Number)}{Flag(value.Options?.Deprecated, "deprecated")}{Flag(disallowed, "disallowed")}");
        }

        foreach (var range in type.ReservedRange)
            facts.Add($"reserved {range.Start}..{range.End}");
        if (type.Value.Count > 0)
            facts.Add($"default {type.Value[0].Name}");
    }

    private void AddService(ServiceDescriptorProto service, string scope)
    {
        var facts = _facts[Join(scope, service.Name)] = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var method in service.Method)
            facts.Add($"rpc {method.Name} {Flag(method.ClientStreaming, "stream")} {method.InputType} -> {Flag(method.ServerStreaming, "stream")} {method.OutputType}");
    }

    private static string FieldFact(DescriptorProto message, FieldDescriptorProto field)
    {
        var options = field.Options;
        string oneof = field.HasOneofIndex ? $" in oneof {message.OneofDecl[field.OneofIndex].Name}" : "";
        string json = field.HasJsonName && field.JsonName.Length > 0 ? field.JsonName : DefaultJsonName(field.Name);
        string packed = options is { HasPacked: true } ? $" packed={options.Packed}" : "";
        string rules = options?.GetExtension(ValidateExtensions.Rules) is { } found ? $" rules {found}" : "";
        bool sensitive = options is not null && options.GetExtension(SensitiveExtensions.Sensitive);
        bool disallowed = options is not null && options.GetExtension(DeprecationExtensions.DisallowedByDefault);
        return $"field {Number(field.Number)} {field.Name} {field.Label} {field.Type} {field.TypeName}{oneof} json {json}{packed}"
            + $"{Flag(field.Proto3Optional, "optional")}{Flag(options?.Deprecated, "deprecated")}{Flag(sensitive, "sensitive")}{Flag(disallowed, "disallowed")}{rules}";
    }

    private static string DefaultJsonName(string name)
    {
        var parts = name.Split('_');
        return parts[0] + string.Concat(parts.Skip(1).Select(part => part.Length == 0 ? "" : char.ToUpperInvariant(part[0]) + part[1..]));
    }

    private static string Flag(bool? on, string word) => on == true ? " " + word : "";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Join(string scope, string name) => scope.Length == 0 ? name : scope + "." + name;
}
