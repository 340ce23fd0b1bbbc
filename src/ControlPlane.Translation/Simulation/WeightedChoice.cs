namespace ControlPlane.Translation.Simulation;

/// <summary>Chooses among weighted clusters as a proxy does.</summary>
internal static class WeightedChoice
{
    /// <summary>Those that may be chosen, with their shares; with a draw the one that it falls on.</summary>
    public static IReadOnlyList<(T Item, double Share)> Of<T>(IReadOnlyCollection<T> items, Func<T, uint> weightOf, double? draw)
    {
        double total = items.Sum(item => weightOf(item));
        var (possible, passed) = (new List<(T, double)>(), 0d);
        foreach (var item in items)
        {
            double weight = weightOf(item);
            if (weight == 0)
                continue;
            passed += weight;
            if (draw is null)
                possible.Add((item, weight / total));
            else if (draw < passed / total)
                return [(item, 1)];
        }

        return possible;
    }
}
