using System.CommandLine;
using System.Text.Json;
using ControlPlane.Commands.Help;
using ControlPlane.Composition.Identity;
using ControlPlane.Kubernetes;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Options;
using ControlPlane.Security.Authority;

namespace ControlPlane.Commands.Authority;

/// <summary>The command <c>ca</c>: shows the root of a mesh and replaces it step by step.</summary>
public static class AuthorityCommand
{
    private static readonly string[] Examples =
    [
        "controlplane ca status --data-dir ./data",
        "controlplane ca prepare --data-dir ./data              # the next root is trusted beside the present one",
        "controlplane ca activate --data-dir ./data             # a certificate's lifetime later: it signs",
        "controlplane ca retire --data-dir ./data               # once more later: the former one is trusted no longer",
        "controlplane ca status --source kubernetes -o json     # the Secret istio-ca-secret of a cluster",
    ];

    private const string After =
        """
        Running servers follow within seconds and need no restart. A step is refused as long as certificates from before the last one may be in
        use, and activation until a control plane has published the next root. --cert-ttl says how long certificates live: where agents ask for
        longer ones (SECRET_TTL), give that. A plugged-in authority (--ca-dir, Secret cacerts) is replaced by replacing its files.
        Exit codes: 0 done; 1 refused or could not be done; 2 wrong usage.
        """;

    private static readonly Setting[] Place = [Settings.DataDirectory, Settings.Source, Settings.KubeConfig, Settings.KubeContext, Settings.RootNamespace, Settings.CertificateLifetime, Settings.AuthorityKey];

    /// <summary>Makes the command.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public static Command Create(TextWriter output, TextWriter error)
    {
        var command = new Command("ca", "Show the root of a mesh and replace it step by step.");
        var console = (output, error);
        Add(command, console, "status", "Show which root signs, which are trusted, and what is next.", null, static (rotation, _, _, stop) => rotation.GetStatusAsync(stop));
        Add(command, console, "prepare", "Make the next root and let it be trusted.", null, static (rotation, kind, _, stop) => rotation.PrepareAsync(kind, stop));
        var force = "Don't wait: workloads that have not renewed their certificates lose trust.";
        Add(command, console, "activate", "Let the next root sign.", force, static (rotation, _, now, stop) => rotation.ActivateAsync(now, stop));
        Add(command, console, "retire", "Stop trusting the former root.", force, static (rotation, _, now, stop) => rotation.RetireAsync(now, stop));
        Add(command, console, "cancel", "Give a prepared root up.", null, static (rotation, _, _, stop) => rotation.CancelAsync(stop));
        return command.WithHelp(Examples, After);
    }

    private static void Add(
        Command parent, (TextWriter Output, TextWriter Error) console, string name, string description, string? forceDescription,
        Func<RootRotation, KeyKind, bool, CancellationToken, Task<RotationStatus>> step)
    {
        var command = new Command(name, description);
        var settings = new SettingBinder(command, Place);
        var format = new Option<string>("-o", "--output") { HelpName = "FORMAT", Description = "text or json. [default: text]" };
        format.AcceptOnlyFromAmong("text", "json");
        command.Options.Add(format);
        var force = new Option<bool>("--force") { Description = forceDescription };
        if (forceDescription is not null)
            command.Options.Add(force);
        command.SetAction(async (result, cancellationToken) =>
        {
            var values = settings.Values(result);
            var source = SourceOptions.Read(values);
            var directory = values.Get(Settings.DataDirectory);
            var (lifetime, kind) = (values.Get(Settings.CertificateLifetime), values.Get(Settings.AuthorityKey));
            if (directory.Length == 0 && source.Cluster is null && values.Faults.Count == 0)
                values.Fail($"name the data directory of the server with {Settings.DataDirectory.Flag}, or a cluster with {Settings.Source.Flag} {SourceSpec.KubernetesText}");
            if (values.Faults.Count > 0)
                return UsageReport.Write(console.Error, values.Faults, $"controlplane ca {name}");
            using var cluster = directory.Length == 0 ? new KubernetesCluster(source.Cluster!, new KubernetesOptions(), TimeProvider.System, Random.Shared) : null;
            IAuthorityStore store = cluster is null ? new DirectoryAuthorityStore(directory) : new ClusterAuthorityStore(cluster, source.RootNamespace);
            try
            {
                if (cluster is not null && await new ClusterAuthoritySource(cluster, source.RootNamespace, new StoredAuthoritySource(store, kind, TimeProvider.System)).IsPluggedAsync(cancellationToken))
                    throw new AuthorityException($"the Secret cacerts of {source.RootNamespace} has an authority that is plugged in: it is replaced by replacing what the Secret holds");
                var status = await step(new RootRotation(store, lifetime, TimeProvider.System), kind, result.GetValue(force), cancellationToken);
                Write(console.Output, status, json: result.GetValue(format) == "json");
                return ExitCodes.Success;
            }
            catch (Exception fault) when (fault is AuthorityException or IOException or UnauthorizedAccessException)
            {
                await console.Error.WriteLineAsync($"controlplane: {fault.Message}");
                return ExitCodes.Failure;
            }
        });
        parent.Subcommands.Add(command);
    }

    private static void Write(TextWriter output, RotationStatus status, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new
                {
                    store = status.Store, phase = status.Phase.ToString(), since = status.Since, readyAt = status.ReadyAt, published = status.IsPublished, signing = status.Signing.Fingerprint,
                    trusted = status.Trusted.Select(root => new { subject = root.Subject, fingerprint = root.Fingerprint, notAfter = root.NotAfter }),
                },
                AuthorityJson.Indented));
            return;
        }

        output.WriteLine($"Store     {status.Store}");
        foreach (var root in status.Trusted)
            output.WriteLine($"Trusted   {root.Subject}  SHA-256 {root.Fingerprint}  until {root.NotAfter:u}{(root == status.Signing ? "  signs" : "")}");
        output.WriteLine($"Published {(status.IsPublished ? "yes" : "no: no control plane has taken them over yet")}");
        output.WriteLine(status.Phase switch
        {
            RotationPhase.Prepared => $"Rotation  prepared {status.Since:u}; activate from {status.ReadyAt:u} on, or cancel",
            RotationPhase.Activated => $"Rotation  activated {status.Since:u}; retire from {status.ReadyAt:u} on",
            _ => "Rotation  none; prepare begins one",
        });
    }

    private static class AuthorityJson
    {
        public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };
    }
}
