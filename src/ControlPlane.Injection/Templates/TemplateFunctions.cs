using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Sidecar;

namespace ControlPlane.Injection.Templates;

/// <summary>The functions that templates of pods use: Go's own, those of sprig, and Istio's. The last argument is what is piped in.</summary>
internal static class TemplateFunctions
{
    private static readonly FrozenDictionary<string, Func<IReadOnlyList<object?>, object?>> Functions = new Dictionary<string, Func<IReadOnlyList<object?>, object?>>
    {
        // Go
        ["not"] = a => !GoValues.IsTrue(a[0]),
        ["eq"] = a => a.Skip(1).Any(other => GoValues.Same(a[0], other)),
        ["ne"] = a => !GoValues.Same(a[0], a[1]),
        ["lt"] = a => Compare(a) < 0,
        ["le"] = a => Compare(a) <= 0,
        ["gt"] = a => Compare(a) > 0,
        ["ge"] = a => Compare(a) >= 0,
        ["len"] = a => Length(a[0]),
        ["index"] = a => a.Skip(1).Aggregate(a[0], Index),
        ["print"] = a => string.Concat(a.Select(GoValues.Print)),
        ["printf"] = a => Format(Text(a[0]), a.Skip(1).ToList()),
        // Istio
        ["annotation"] = a => Annotation(a[0], Text(a[1]), a[2]),
        ["isset"] = a => a[0] is GoMap map && map.Content.ContainsKey(Text(a[1])),
        ["valueOrDefault"] = a => a[0] is null or "" || ReferenceEquals(a[0], GoValues.Unset) ? a[1] : a[0],
        ["contains"] = a => Text(a[1]).Contains(Text(a[0]), StringComparison.Ordinal),
        ["toLower"] = a => Text(a[0]).ToLowerInvariant(),
        ["directory"] = a => Text(a[0]) is var path ? path[..(path.LastIndexOf('/') + 1)] : "",
        ["toJSON"] = a => JsonText.Write(GoValues.Json(a[0]) ?? new JsonObject()),
        ["toJson"] = a => JsonText.Write(GoValues.Json(a[0])),
        ["structToJSON"] = a => JsonText.Write(GoValues.Json(a[0]) ?? new JsonObject()),
        ["fromJSON"] = a => FromJson(Text(a[0])),
        ["fromJson"] = a => FromJson(Text(a[0])),
        ["toYaml"] = a => BlockYaml.Write(GoValues.Json(a[0])) + "\n",
        ["indent"] = a => Indent((int)Number(a[0]), Text(a[1])),
        ["nindent"] = a => "\n" + new string(' ', (int)Number(a[0])) + Indent((int)Number(a[0]), Text(a[1])),
        ["appendMultusNetwork"] = a => MultusNetworks.With(Text(a[0])),
        ["omitNil"] = a => GoValues.Of(JsonTree.WithoutNulls(GoValues.Json(a[0])), GoMapKind.Any),
        ["strdict"] = a => Dictionary(a, GoMapKind.Texts),
        ["omit"] = a => Without(a),
        ["mergeMaps"] = Merge,
        ["toJsonMap"] = a => JsonText.Write(((GoMap)Merge(a)).Content),
        // sprig
        ["default"] = a => GoValues.IsTrue(a[^1]) && a.Count > 1 ? a[^1] : a[0],
        ["empty"] = a => !GoValues.IsTrue(a[0]),
        ["coalesce"] = a => a.FirstOrDefault(GoValues.IsTrue),
        ["ternary"] = a => GoValues.IsTrue(a[2]) ? a[0] : a[1],
        ["quote"] = a => string.Join(' ', a.Where(value => value is not null).Select(value => JsonText.Write(Text(value)))),
        ["squote"] = a => string.Join(' ', a.Where(value => value is not null).Select(value => $"'{Text(value)}'")),
        ["upper"] = a => Text(a[0]).ToUpperInvariant(),
        ["lower"] = a => Text(a[0]).ToLowerInvariant(),
        ["title"] = a => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(Text(a[0])),
        ["trim"] = a => Text(a[0]).Trim(),
        ["trimAll"] = a => Text(a[1]).Trim(Text(a[0]).ToCharArray()),
        ["trimPrefix"] = a => Text(a[1]) is var text && text.StartsWith(Text(a[0]), StringComparison.Ordinal) ? text[Text(a[0]).Length..] : Text(a[1]),
        ["trimSuffix"] = a => Text(a[1]) is var text && text.EndsWith(Text(a[0]), StringComparison.Ordinal) ? text[..^Text(a[0]).Length] : Text(a[1]),
        ["trunc"] = a => Truncate((int)Number(a[0]), Text(a[1])),
        ["replace"] = a => Text(a[0]).Length == 0 ? Text(a[2]) : Text(a[2]).Replace(Text(a[0]), Text(a[1]), StringComparison.Ordinal),
        ["hasPrefix"] = a => Text(a[1]).StartsWith(Text(a[0]), StringComparison.Ordinal),
        ["hasSuffix"] = a => Text(a[1]).EndsWith(Text(a[0]), StringComparison.Ordinal),
        ["join"] = a => a[1] as string ?? string.Join(Text(a[0]), List(a[1]).Select(GoValues.Print)),
        ["splitList"] = a => Text(a[1]).Split(Text(a[0])).ToList<object?>(),
        ["list"] = a => a.ToList(),
        ["append"] = a => List(a[0]).Append(a[1]).ToList(),
        ["prepend"] = a => List(a[0]).Prepend(a[1]).ToList(),
        ["concat"] = a => a.SelectMany(List).ToList(),
        ["first"] = a => List(a[0]).FirstOrDefault(),
        ["last"] = a => List(a[0]).LastOrDefault(),
        ["uniq"] = a => List(a[0]).Distinct().ToList(),
        ["has"] = a => List(a[1]).Any(item => GoValues.Same(item, a[0])),
        ["dict"] = a => Dictionary(a, GoMapKind.Any),
        ["get"] = a => a[0] is GoMap map && map.Content.ContainsKey(Text(a[1])) ? GoValues.Member(map, Text(a[1])) : "",
        ["hasKey"] = a => a[0] is GoMap map && map.Content.ContainsKey(Text(a[1])),
        ["keys"] = a => a[0] is GoMap map ? map.Content.Select(entry => (object?)entry.Key).Order().ToList() : [],
        ["toString"] = a => Text(a[0]),
        ["int"] = a => (long)Number(a[0]),
        ["int64"] = a => (long)Number(a[0]),
        ["add"] = a => a.Sum(value => (long)Number(value)),
        ["sub"] = a => (long)Number(a[0]) - (long)Number(a[1]),
        ["mul"] = a => a.Aggregate(1L, (product, value) => product * (long)Number(value)),
        ["b64enc"] = a => Convert.ToBase64String(Encoding.UTF8.GetBytes(Text(a[0]))),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Calls a function.</summary>
    /// <exception cref="TemplateFault">There is none of that name, or the arguments do not fit.</exception>
    public static object? Call(string name, IReadOnlyList<object?> arguments)
    {
        if (!Functions.TryGetValue(name, out var function))
            throw new TemplateFault($"there is no function {name} here");
        try
        {
            return function(arguments);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or OverflowException or InvalidOperationException)
        {
            throw new TemplateFault($"{name} can't be called with {arguments.Count} arguments such as these: {fault.Message}");
        }
    }

    private static string Text(object? value) => value is null ? "" : GoValues.Print(value);

    private static double Number(object? value) => value switch
    {
        long number => number,
        double number => number,
        bool on => on ? 1 : 0,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => 0,
    };

    private static IReadOnlyList<object?> List(object? value) => value as IReadOnlyList<object?> ?? [];

    private static int Compare(IReadOnlyList<object?> a) =>
        a[0] is string one && a[1] is string other ? string.CompareOrdinal(one, other) : Number(a[0]).CompareTo(Number(a[1]));

    private static long Length(object? value) => value switch
    {
        string text => Encoding.UTF8.GetByteCount(text),
        GoMap map => map.Content.Count,
        IReadOnlyList<object?> list => list.Count,
        _ when ReferenceEquals(value, GoValues.Unset) => 0,
        _ => throw new TemplateFault($"len of a {GoValues.Name(value)}"),
    };

    private static object? Index(object? value, object? key) => value switch
    {
        GoMap map => GoValues.Member(map, Text(key)),
        IReadOnlyList<object?> list => (int)Number(key) is var i && i >= 0 && i < list.Count ? list[i] : throw new TemplateFault($"index {i} of a list of {list.Count}"),
        _ when ReferenceEquals(value, GoValues.Unset) => GoValues.Unset,
        _ => throw new TemplateFault($"index of a {GoValues.Name(value)}"),
    };

    private static object? Annotation(object? metadata, string name, object? fallback) =>
        GoValues.Field(metadata, "Annotations") is GoMap map && map.Content.ContainsKey(name) ? GoValues.Member(map, name) : Text(fallback);

    private static object? FromJson(string text)
    {
        try
        {
            return GoValues.Of(JsonText.Parse(text), GoMapKind.Any);
        }
        catch (FormatException)
        {
            return "{}";
        }
    }

    /// <summary>Spaces before each line but the first, as Istio's own indent does.</summary>
    private static string Indent(int spaces, string text) =>
        text.Replace("\n", "\n" + new string(' ', Math.Clamp(spaces, 0, 200)), StringComparison.Ordinal);

    private static string Truncate(int length, string text) => length switch
    {
        >= 0 => text.Length <= length ? text : text[..length],
        _ => text.Length <= -length ? text : text[(text.Length + length)..],
    };

    private static GoMap Dictionary(IReadOnlyList<object?> a, GoMapKind kind)
    {
        var content = new JsonObject();
        for (var i = 0; i < a.Count; i += 2)
            content[Text(a[i])] = i + 1 < a.Count ? GoValues.Json(a[i + 1]) : "";
        return new(content, kind);
    }

    private static GoMap Without(IReadOnlyList<object?> a)
    {
        var content = a[0] is GoMap map ? (JsonObject)map.Content.DeepClone() : [];
        foreach (var key in a.Skip(1))
            content.Remove(Text(key));
        return new(content, GoMapKind.Texts);
    }

    private static GoMap Merge(IReadOnlyList<object?> a)
    {
        var content = new JsonObject();
        foreach (var (key, value) in a.OfType<GoMap>().SelectMany(map => map.Content))
            content[key] = value?.DeepClone();
        return new(content, GoMapKind.Texts);
    }

    /// <summary>The verbs s, v, d, q, t and %% of fmt.Sprintf.</summary>
    private static string Format(string format, List<object?> values)
    {
        var text = new StringBuilder();
        var next = 0;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            var verb = format[++i];
            if (verb == '%')
                text.Append('%');
            else if (verb is not ('s' or 'v' or 'd' or 'q' or 't') || next == values.Count)
                throw new TemplateFault($"printf can't do %{verb} here");
            else
                text.Append(verb == 'q' ? JsonText.Write(Text(values[next++])) : Text(values[next++]));
        }

        return text.ToString();
    }
}
