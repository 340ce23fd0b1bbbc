using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Kubernetes.Files.Yaml;
using ControlPlane.Options;
using ControlPlane.Testing;
using ControlPlane.Testing.Processes;

namespace ControlPlane.FeatureTests.Server;

/// <summary>deploy/ says what the program does: Dockerfile, container settings of the project and manifests agree with each other and with it.</summary>
public sealed class DeploymentTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static string[] Dockerfile => File.ReadAllLines(Repository.PathOf("deploy", "Dockerfile"));

    private static XElement Project => XElement.Load(Repository.PathOf("src", "ControlPlane", "ControlPlane.csproj"));

    private static JsonNode Deployment => JsonNode.Parse(YamlDocument.ReadOne(File.ReadAllText(Repository.PathOf("deploy", "manifests", "deployment.yaml"))).Span)!;

    private static JsonNode Container => Deployment["spec"]!["template"]!["spec"]!["containers"]![0]!;

    [Fact]
    public void Dockerfile_NamesWhatExists_AndAgreesWithTheProject()
    {
        var publish = Assert.Single(Instructions("RUN"), line => line.Contains("dotnet publish", StringComparison.Ordinal)).Split(' ');
        Assert.True(Directory.Exists(Repository.PathOf(publish[2])), publish[2]);
        Assert.Equal($"[\"/app/{Property("AssemblyName")}\"]", Assert.Single(Instructions("ENTRYPOINT")));
        Assert.Equal("1337:1337", Assert.Single(Instructions("USER")));
        Assert.Equal("1337", Property("ContainerUser"));
        var version = Regex.Match(File.ReadAllText(Repository.PathOf("Directory.Build.props")), "<TargetFramework>net([0-9.]+)<").Groups[1].Value;
        var images = Instructions("FROM");
        Assert.StartsWith($"mcr.microsoft.com/dotnet/sdk:{version} ", images[0], StringComparison.Ordinal);
        // The program needs ASP.NET Core's runtime; Dockerfile and dotnet publish -t:PublishContainer choose the same image.
        Assert.Equal($"mcr.microsoft.com/dotnet/aspnet:{version}-{Property("ContainerFamily")}", images[1]);
        Assert.Equal($"{Property("ContainerRepository")}:{Property("ContainerImageTag")}", Container["image"]!.ToString());
    }

    [Fact]
    public async Task Image_OfDotnetPublish_IsThatOfTheDockerfile()
    {
        var (exitCode, output) = await ExternalProcess.RunAsync(
            "dotnet",
            [
                "msbuild", Repository.PathOf("src", "ControlPlane", "ControlPlane.csproj"), "-nologo", "-m:1", "-nr:false", "-p:Configuration=Release", "-t:ComputeContainerConfig",
                "-getProperty:ContainerBaseImage,ContainerUser", "-getItem:ContainerDefaultArgs,ContainerPort,ContainerEnvironmentVariable,ContainerAppCommand",
            ],
            Patience);
        Assert.True(exitCode == 0, output);
        var result = JsonNode.Parse(output)!;
        Assert.Equal(Instructions("FROM")[1], result["Properties"]!["ContainerBaseImage"]!.ToString());
        Assert.Equal(Assert.Single(Instructions("USER")).Split(':')[0], result["Properties"]!["ContainerUser"]!.ToString());
        Assert.Equal(JsonNode.Parse(Assert.Single(Instructions("CMD")))!.AsArray().Select(argument => argument!.ToString()), Items("ContainerDefaultArgs"));
        Assert.Equal(Assert.Single(Instructions("EXPOSE")).Split(' ').Order(), Items("ContainerPort").Order());
        Assert.Equal(Instructions("ENV"), result["Items"]!["ContainerEnvironmentVariable"]!.AsArray().Select(variable => $"{variable!["Identity"]}={variable["Value"]}"));
        Assert.Contains("/app/controlplane", Items("ContainerAppCommand").Last(), StringComparison.Ordinal);

        IEnumerable<string> Items(string name) => result["Items"]![name]!.AsArray().Select(item => item!["Identity"]!.ToString());
    }

    [Fact]
    public void Image_HasAllThatTheBuildNeedsAndNoBuildOutput()
    {
        var ignored = File.ReadAllLines(Repository.PathOf(".dockerignore")).Select(line => line.Trim().TrimEnd('/')).ToHashSet();
        Assert.Contains("**/bin", ignored);
        Assert.Contains("**/obj", ignored);
        foreach (var needed in new[] { "src", "protos", "Directory.Build.props", "Directory.Packages.props", "global.json", "deploy/samples" })
        {
            Assert.True(Path.Exists(Repository.PathOf(needed)), needed);
            Assert.DoesNotContain(needed.Split('/')[0], ignored);
            Assert.DoesNotContain(needed, ignored);
        }
    }

    [Fact]
    public void Arguments_OfImageAndDeployment_AreSettingsOfServe()
    {
        var image = JsonNode.Parse(Assert.Single(Instructions("CMD")))!.AsArray().Select(argument => argument!.ToString()).ToList();
        var pod = Container["args"]!.AsArray().Select(argument => argument!.ToString()).ToList();
        Check(image[0], image.Skip(1).Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]));
        Check(pod[0], pod.Skip(1).ToDictionary(argument => argument.Split('=', 2)[0], argument => argument.Split('=', 2)[1]));

        static void Check(string command, Dictionary<string, string> given)
        {
            Assert.Equal("serve", command);
            Assert.Empty(given.Keys.Except(Settings.All.Select(setting => setting.Flag)));
            // Without a pod around it there is no cluster to connect to, and that is the only fault.
            var values = new SettingValues(setting => given.GetValueOrDefault(setting.Flag), _ => null);
            ServerOptions.Read(values);
            Assert.All(values.Faults, fault => Assert.StartsWith("--source kubernetes: ", fault, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Ports_AndProbesOfTheDeployment_AreThoseOfTheProgram()
    {
        var ports = Container["ports"]!.AsArray().Select(port => port!["containerPort"]!.GetValue<int>()).Order().ToList();
        Assert.Equal(Assert.Single(Instructions("EXPOSE")).Split(' ').Select(int.Parse).Order(), ports);
        var service = JsonNode.Parse(YamlDocument.ReadOne(await File.ReadAllTextAsync(Repository.PathOf("deploy", "manifests", "service.yaml"))).Span)!;
        Assert.Subset(ports.ToHashSet(), service["spec"]!["ports"]!.AsArray().Select(port => port!["targetPort"]!.GetValue<int>()).ToHashSet());
        await using var server = await RunningServer.StartAsync();
        foreach (var probe in new[] { "readinessProbe", "livenessProbe" })
        {
            Assert.Equal(8080, Container[probe]!["httpGet"]!["port"]!.GetValue<int>());
            Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(Container[probe]!["httpGet"]!["path"]!.ToString())).Status);
        }
    }

    [Fact]
    public void Deployment_IsRestrictedAndOutlivesItsShutdown()
    {
        var pod = Deployment["spec"]!["template"]!["spec"]!;
        Assert.Equal((true, 1337, "RuntimeDefault"), (
            pod["securityContext"]!["runAsNonRoot"]!.GetValue<bool>(), pod["securityContext"]!["runAsUser"]!.GetValue<int>(), pod["securityContext"]!["seccompProfile"]!["type"]!.ToString()));
        var security = Container["securityContext"]!;
        Assert.Equal((true, false, "ALL"), (
            security["readOnlyRootFilesystem"]!.GetValue<bool>(), security["allowPrivilegeEscalation"]!.GetValue<bool>(), security["capabilities"]!["drop"]![0]!.ToString()));
        Assert.NotNull(Container["resources"]!["requests"]!["memory"]);
        Assert.NotNull(Container["resources"]!["limits"]!["memory"]);
        var given = Container["args"]!.AsArray().Skip(1).ToDictionary(argument => argument!.ToString().Split('=', 2)[0], argument => argument!.ToString().Split('=', 2)[1]);
        var values = new SettingValues(setting => given.GetValueOrDefault(setting.Flag), _ => null);
        var shutdown = values.Get(Settings.ShutdownDelay) + values.Get(Settings.DrainGrace);
        Assert.True(pod["terminationGracePeriodSeconds"]!.GetValue<int>() > shutdown.TotalSeconds + 5, "killed before it has ended");
    }

    [ReadOnlyRootFact]
    public async Task Program_WithReadOnlyRootAsAnotherUser_Serves()
    {
        await using var process = ExternalProcess.Start(
            "unshare",
            ReadOnlyRootFactAttribute.Arguments(
                1337, AppContext.BaseDirectory, "dotnet", ReadOnlyRootFactAttribute.Program + "/controlplane.dll", "serve", "--xds-address", "127.0.0.1:0", "--secure-xds-address", "127.0.0.1:0",
                "--http-address", "127.0.0.1:0", "--monitoring-address", "127.0.0.1:0"),
            environment: new Dictionary<string, string> { ["DOTNET_EnableDiagnostics"] = "0", ["HOME"] = "/" });
        var monitoring = (await process.WaitForLineAsync("  Monitoring", Patience)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        await process.WaitForLineAsync("Connect", Patience);
        var status = await File.ReadAllTextAsync($"/proc/{process.Id}/status");
        Assert.Matches("(?m)^Uid:\\s+1337\\s", status);
        Assert.Matches("(?m)^CapEff:\\s+0+$", status);
        Assert.Contains((await File.ReadAllLinesAsync($"/proc/{process.Id}/mountinfo")), line => line.Split(' ') is [_, _, _, _, "/", var options, ..] && options.StartsWith("ro", StringComparison.Ordinal));
        using var http = new HttpClient();
        Assert.Contains("controlplane_health{check=\"snapshot\"} 1\n", await http.GetStringAsync(new Uri($"http://{monitoring}/metrics")), StringComparison.Ordinal);
        Assert.DoesNotContain("read-only", process.Output, StringComparison.OrdinalIgnoreCase);
    }

    private static string Property(string name) => Project.Descendants(name).Single().Value;

    private static List<string> Instructions(string name) =>
        [.. Dockerfile.Where(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Select(line => line[(name.Length + 1)..].Trim())];
}
