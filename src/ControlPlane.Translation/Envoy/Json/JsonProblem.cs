namespace ControlPlane.Translation.Envoy.Json;

/// <summary>Something in a JSON text that does not fit the message it is read into. What is wrong is left out of the message.</summary>
/// <param name="Path">The field, e.g. http[0].route[1].weight; "" for the whole.</param>
/// <param name="Message">What is wrong, for people.</param>
/// <param name="IsUnknownField">Whether the definitions know no such field, which is no error to many readers.</param>
public sealed record JsonProblem(string Path, string Message, bool IsUnknownField);
