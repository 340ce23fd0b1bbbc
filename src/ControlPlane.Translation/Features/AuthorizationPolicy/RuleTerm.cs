namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>One attribute that a rule looks at, with the values that it must and must not have.</summary>
/// <typeparam name="T">Envoy's matcher, a permission or a principal.</typeparam>
/// <param name="Values">Values of which the attribute must have one; none for any.</param>
/// <param name="NotValues">Values of which it must have none.</param>
/// <param name="HttpOnly">Whether connections don't have the attribute, only requests.</param>
/// <param name="Match">A matcher for values, at least one, of those that can be read; null for none of them. Also whether all could be read.</param>
internal sealed record RuleTerm<T>(
    IReadOnlyList<string> Values, IReadOnlyList<string> NotValues, bool HttpOnly, Func<IReadOnlyList<string>, (T? Matcher, bool Complete)> Match)
    where T : class
{
    /// <summary>A term that has a matcher per value.</summary>
    public static RuleTerm<T> OfEach(IReadOnlyList<string> values, IReadOnlyList<string> notValues, Combination<T> kind, Func<string, T?> one, bool httpOnly = false) =>
        new(values, notValues, httpOnly, given =>
        {
            var matchers = given.Select(one).OfType<T>().ToList();
            return (matchers.Count == 0 ? null : kind.Or(matchers), matchers.Count == given.Count);
        });

    /// <summary>A term that has one matcher for all values.</summary>
    public static RuleTerm<T> OfAll(IReadOnlyList<string> values, IReadOnlyList<string> notValues, Func<IReadOnlyList<string>, T?> all, bool httpOnly = false) =>
        new(values, notValues, httpOnly, given => all(given) is { } matcher ? (matcher, true) : (null, false));

    /// <summary>All terms together; everything where there are none.</summary>
    /// <param name="terms">The terms.</param>
    /// <param name="kind">How their matchers are joined.</param>
    /// <param name="forTcp">Whether connections are to be matched, not requests.</param>
    /// <param name="strict">Whether what can't be matched makes the whole useless, rather than being left out.</param>
    /// <returns>Null where it is useless.</returns>
    public static T? Join(IEnumerable<RuleTerm<T>> terms, Combination<T> kind, bool forTcp, bool strict)
    {
        var all = new List<T>();
        foreach (var term in terms)
        {
            if (!term.Add(all, term.Values, null, forTcp, strict) || !term.Add(all, term.NotValues, kind.Not, forTcp, strict))
                return null;
        }

        return kind.And(all.Count == 0 ? [kind.Any()] : all);
    }

    private bool Add(List<T> all, IReadOnlyList<string> values, Func<T, T>? wrap, bool forTcp, bool strict)
    {
        if (values.Count == 0)
            return true;
        if (HttpOnly && forTcp)
            return !strict;
        var (matcher, complete) = Match(values);
        if (strict && !complete)
            return false;
        if (matcher is not null)
            all.Add(wrap is null ? matcher : wrap(matcher));
        return true;
    }
}
