namespace ControlPlane.ArchitectureTests;

/// <summary>Pure code has no clock, randomness, environment, file, network, logger or dependency injection.</summary>
public class PurityTests
{
    // Prefixes of "Namespace.Type::Member".
    private static readonly string[] Banned =
    [
        // clock
        "System.DateTime::get_Now", "System.DateTime::get_UtcNow", "System.DateTime::get_Today", "System.DateTimeOffset::get_Now", "System.DateTimeOffset::get_UtcNow",
        "System.TimeProvider::", "System.Diagnostics.Stopwatch::", "System.Threading.Timer::", "System.Threading.Tasks.Task::Delay", "System.Threading.Thread::Sleep",
        "System.TimeZoneInfo::get_Local",
        // randomness
        "System.Random::", "System.Guid::NewGuid", "System.Guid::CreateVersion7", "System.Security.Cryptography.RandomNumberGenerator::",
        // environment
        "System.Environment::", "System.AppContext::", "System.AppDomain::", "System.Console::", "System.Diagnostics.Process::",
        "System.Globalization.CultureInfo::get_CurrentCulture", "System.Globalization.CultureInfo::get_CurrentUICulture",
        // file and network
        "System.IO.File", "System.IO.Directory", "System.IO.DriveInfo", "System.IO.Path::Get", "System.Net.Http.", "System.Net.Sockets.", "System.Net.Dns::",
        "System.Net.NetworkInformation.", "System.Net.Security.",
        // logger and dependency injection
        "Microsoft.Extensions.", "System.Diagnostics.Trace::", "System.Diagnostics.Metrics.", "System.Diagnostics.ActivitySource::", "System.IServiceProvider::",
    ];

    // Iterators that the compiler makes ask which thread they run on; Path's name parts are text.
    private static readonly string[] Harmless =
        ["System.Environment::get_CurrentManagedThreadId", "System.IO.Path::GetFileName", "System.IO.Path::GetExtension", "System.IO.Path::GetDirectoryName"];

    [Theory]
    [MemberData(nameof(ProjectRules.Existing), MemberType = typeof(ProjectRules))]
    public void PureNamespaces_UseNothingOfTheOutside(ProjectRule rule)
    {
        using var assembly = AssemblyText.Open(rule.AssemblyName);
        var violations = assembly.Uses(rule.PureNamespaces).Where(use => IsBanned(use.Member)).Select(use => $"{use.Where} uses {use.Member}").Distinct();
        Assert.Empty(violations);
    }

    [Fact]
    public void Translation_DoesNotBuildDescriptors()
    {
        // Google's reflection takes seconds to build for our definitions: JSON, Any and names of types go through ProtoJson.
        string[] slow = ["Google.Protobuf.WellKnownTypes.Any::Pack", "Google.Protobuf.WellKnownTypes.Any::Unpack", "Google.Protobuf.JsonParser::", "Google.Protobuf.JsonFormatter::"];
        using var assembly = AssemblyText.Open("ControlPlane.Translation");
        var violations = assembly.Uses(["ControlPlane.Translation"])
            .Where(use => slow.Any(prefix => use.Member.StartsWith(prefix, StringComparison.Ordinal)) && !use.Where.Contains(".ProtoTypes", StringComparison.Ordinal))
            .Select(use => $"{use.Where} uses {use.Member}");
        Assert.Empty(violations.Distinct());
    }

    [Fact]
    public void Scanner_SeesWhatAMethodUses()
    {
        using var assembly = AssemblyText.Open(typeof(PurityTests).Assembly.GetName().Name!);
        string[] found = [.. assembly.Uses([typeof(Specimen).Namespace + "." + nameof(PurityTests)]).Select(use => use.Member).Where(IsBanned).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(["System.DateTime::get_UtcNow", "System.Environment::GetEnvironmentVariable", "System.IO.File::ReadAllText", "System.Random::Next", "System.Random::get_Shared"], found);
    }

    private static bool IsBanned(string member) =>
        Banned.Any(prefix => member.StartsWith(prefix, StringComparison.Ordinal)) && !Harmless.Any(prefix => member.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Does what pure code may not, in forms that the compiler rewrites (iterator, lambda, generic argument).</summary>
    private static class Specimen
    {
        public static IEnumerable<string> Iterator()
        {
            yield return DateTime.UtcNow.ToString("O");
            yield return Path.GetFileName("a/b");
        }

        public static Func<string?> Lambda() => () => Environment.GetEnvironmentVariable("HOME");

        public static Lazy<string> Group() => new(() => File.ReadAllText("x"));

        public static int Random() => System.Random.Shared.Next();
    }
}
