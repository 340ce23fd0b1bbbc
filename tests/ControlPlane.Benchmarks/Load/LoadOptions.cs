using System.Globalization;

namespace ControlPlane.Benchmarks.Load;

/// <summary>
/// Options of the load command: <c>--services 1000 --endpoints 10 --virtual-services 0 --proxies 1000 --rounds 50 --idle 30 --edits LIST
/// --executable PATH</c>. The edits are those of <see cref="RuleEdits"/>, with commas; they want VirtualServices.
/// </summary>
internal sealed record LoadOptions(
    int Services, int Endpoints, int VirtualServices, int Proxies, int Rounds, TimeSpan Idle, IReadOnlyList<string> Edits, string Executable)
{
    public static LoadOptions Parse(string[] args)
    {
        string Text(string name, string fallback)
        {
            var at = Array.IndexOf(args, name);
            return at >= 0 && at + 1 < args.Length ? args[at + 1] : fallback;
        }

        int Number(string name, int fallback) => int.Parse(Text(name, fallback.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

        return new LoadOptions(
            Number("--services", 1000), Number("--endpoints", 10), Number("--virtual-services", 0), Number("--proxies", 1000), Number("--rounds", 50),
            TimeSpan.FromSeconds(Number("--idle", 30)), Text("--edits", "").Split(',', StringSplitOptions.RemoveEmptyEntries),
            Text("--executable", "src/ControlPlane/bin/Release/net10.0/publish/controlplane"));
    }
}
