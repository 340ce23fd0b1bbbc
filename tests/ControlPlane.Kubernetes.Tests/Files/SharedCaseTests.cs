using ControlPlane.Kubernetes.Files;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Snapshots;
using ControlPlane.Testing;

namespace ControlPlane.Kubernetes.Tests.Files;

/// <summary>The inputs of the shared conformance cases are read without a fault.</summary>
public sealed class SharedCaseTests
{
    [SharedFact("conformance/cases")]
    public void Read_EveryCase_GivesNoErrorsAndNoWarnings()
    {
        var faults = new List<string>();
        var cases = Directory.GetDirectories(SharedDirectory.Path("conformance/cases"));
        foreach (var directory in cases)
        {
            var reading = DirectoryReader.Read(Path.Combine(directory, "input"), new DirectoryOptions());
            faults.AddRange(reading.Diagnostics.Where(d => d.Severity != Severity.Info).Select(d => d.ToString()));
            var (snapshot, _) = MeshSnapshot.Empty.Apply(reading.Changes);
            Assert.NotNull(snapshot.Table(Tables.MeshConfig).Find(Tables.MeshConfigKey));
            Assert.NotEqual(0, snapshot.Table(Tables.Pods).Count);
        }

        Assert.NotEmpty(cases);
        Assert.True(faults.Count == 0, string.Join("\n", faults.Take(20)));
    }
}
