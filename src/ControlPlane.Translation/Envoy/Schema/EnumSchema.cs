namespace ControlPlane.Translation.Envoy.Schema;

/// <summary>An enum, as the definitions say.</summary>
/// <param name="FullName">Full name.</param>
/// <param name="ByNumber">Names by number; of several names for a number the first.</param>
/// <param name="ByName">Numbers by name.</param>
internal sealed record EnumSchema(string FullName, IReadOnlyDictionary<int, string> ByNumber, IReadOnlyDictionary<string, int> ByName);
