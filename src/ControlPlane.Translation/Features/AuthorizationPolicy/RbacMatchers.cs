using ControlPlane.Translation.Features.Validation;
using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>
/// Matchers for the values of rules: <c>*</c> for anything, <c>*x</c> for an end, <c>x*</c> for a beginning, else the text itself. A star elsewhere is
/// a star.
/// </summary>
internal static class RbacMatchers
{
    /// <summary>A matcher of texts; a prefix that all of them have is put before the value, but for <c>*</c>.</summary>
    public static StringMatcher Text(string value, string prefix = "")
    {
        if (value == "*")
            return Regex(".+");
        if (value.StartsWith('*'))
            return prefix.Length == 0 ? new StringMatcher { Suffix = value[1..] } : Regex($"{prefix}.*{Re2Syntax.Quote(value[1..])}");
        return value.EndsWith('*') ? new StringMatcher { Prefix = prefix + value[..^1] } : new StringMatcher { Exact = prefix + value };
    }

    /// <summary>A matcher by a regular expression.</summary>
    public static StringMatcher Regex(string expression) => new() { SafeRegex = new RegexMatcher { Regex = expression } };

    /// <summary>A matcher of a header, <c>*</c> for its presence.</summary>
    public static HeaderMatcher Header(string name, string value, bool ignoreCase = false)
    {
        if (value == "*")
            return new HeaderMatcher { Name = name, PresentMatch = true };
        var text = Text(value);
        text.IgnoreCase = ignoreCase;
        return new HeaderMatcher { Name = name, StringMatch = text };
    }

    /// <summary>A matcher of metadata under a path of keys.</summary>
    public static MetadataMatcher Metadata(string filter, IEnumerable<string> path, ValueMatcher value)
    {
        var matcher = new MetadataMatcher { Filter = filter, Value = value };
        matcher.Path.AddRange(path.Select(static key => new MetadataMatcher.Types.PathSegment { Key = key }));
        return matcher;
    }

    /// <summary>A matcher of values that are texts.</summary>
    public static ValueMatcher Value(StringMatcher text) => new() { StringMatch = text };

    /// <summary>A matcher of lists that have such an element.</summary>
    public static ValueMatcher ElementOf(ValueMatcher value) => new() { ListMatch = new ListMatcher { OneOf = value } };

    /// <summary>One of these, at least one.</summary>
    public static ValueMatcher OneOf(IEnumerable<ValueMatcher> values)
    {
        var all = values.ToList();
        return all.Count == 1 ? all[0] : new ValueMatcher { OrMatch = new OrMatcher { ValueMatchers = { all } } };
    }
}
