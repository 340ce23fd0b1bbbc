using Google.Protobuf.Collections;
using Operation = Istio.Networking.V1Alpha3.EnvoyFilter.Types.Patch.Types.Operation;

namespace ControlPlane.Translation.Envoy.Patches;

/// <summary>Edits of lists whose order matters.</summary>
internal static class ListEdits
{
    /// <summary>
    /// Adds, inserts, replaces or removes. Of several that match, the first counts, but for removals. Where nothing is to be matched, what goes
    /// before comes first, what goes after comes last, and nothing is replaced or removed.
    /// </summary>
    /// <param name="list">The list.</param>
    /// <param name="operation">The operation; others than these do nothing.</param>
    /// <param name="matches">What matches; null where nothing is to be matched.</param>
    /// <param name="value">Makes the new element.</param>
    /// <returns>Whether anything was done.</returns>
    public static bool Apply<T>(RepeatedField<T> list, Operation operation, Func<T, bool>? matches, Func<T> value)
        where T : class
    {
        switch (operation)
        {
            case Operation.Add:
                list.Add(value());
                return true;
            case Operation.InsertFirst:
                list.Insert(0, value());
                return true;
            case Operation.InsertAfter when matches is null:
                list.Add(value());
                return true;
            case Operation.InsertBefore when matches is null:
                list.Insert(0, value());
                return true;
            case Operation.Remove when matches is not null:
                return Remove(list, matches);
            case Operation.InsertAfter or Operation.InsertBefore or Operation.Replace when matches is not null:
                return AtMatch(list, operation, matches, value);
            default:
                return false;
        }
    }

    /// <summary>Removes all that match; whether there were any.</summary>
    public static bool Remove<T>(RepeatedField<T> list, Func<T, bool> matches)
        where T : class
    {
        var kept = list.Where(e => !matches(e)).ToList();
        if (kept.Count == list.Count)
            return false;
        list.Clear();
        list.AddRange(kept);
        return true;
    }

    private static bool AtMatch<T>(RepeatedField<T> list, Operation operation, Func<T, bool> matches, Func<T> value)
        where T : class
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (!matches(list[i]))
                continue;
            if (operation == Operation.Replace)
                list[i] = value();
            else
                list.Insert(operation == Operation.InsertAfter ? i + 1 : i, value());
            return true;
        }

        return false;
    }
}
