namespace ControlPlane.Injection.Interception;

/// <summary>The rules of one table of iptables: chains of our own, and jumps to them from built-in chains.</summary>
/// <param name="Name">nat, mangle or raw.</param>
/// <param name="Chains">Our chains.</param>
/// <param name="Rules">Rules in order, in the form of iptables-restore: -A CHAIN ….</param>
internal sealed record RuleTable(string Name, IReadOnlyList<string> Chains, IReadOnlyList<string> Rules);
