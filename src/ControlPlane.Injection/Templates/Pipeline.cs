namespace ControlPlane.Injection.Templates;

/// <summary>Commands whose result is the last argument of the next one, perhaps kept in variables.</summary>
/// <param name="Variables">Names of the variables without $; none mostly, two at most with range.</param>
/// <param name="Declares">Whether they are new (:=) or changed (=).</param>
/// <param name="Commands">The commands, each an operand or a function with its arguments.</param>
internal sealed record Pipeline(IReadOnlyList<string> Variables, bool Declares, IReadOnlyList<IReadOnlyList<Operand>> Commands);
