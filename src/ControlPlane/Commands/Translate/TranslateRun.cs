using ControlPlane.Composition;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Offline;

namespace ControlPlane.Commands.Translate;

/// <summary>One run of the command.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="error">Standard error.</param>
internal sealed class TranslateRun(TranslateRequest request, TextWriter error)
{
    /// <summary>Reads, translates, writes. One proxy that fails does not keep the others from being written.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public int Execute()
    {
        try
        {
            var proxies = ProxyInputs.Find(request);
            var reading = Sources.ReadOnce(request.Source);
            foreach (var diagnostic in reading.Diagnostics)
                error.WriteLine(diagnostic.ToString());
            var (snapshot, _) = MeshSnapshot.Empty.Apply(reading.Changes);
            var observer = new ReportingObserver(error);
            var translation = request.Check ? new OfflineTranslation(snapshot, observer) : new OfflineTranslation(snapshot, observer, static _ => []);
            // A refused object is a warning to this command: the proxies are written without it.
            foreach (var finding in Finding.OfObjects(reading, translation))
                error.WriteLine(finding.ToString());
            var failures = proxies.Count(proxy => !Translate(translation, proxy.Node, proxy.Watch, proxy.Target));
            return failures == 0 && observer.Faults == 0 ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (InputException fault)
        {
            return Fail(fault.Message);
        }
    }

    private bool Translate(OfflineTranslation translation, string node, string? watch, string target)
    {
        try
        {
            var watched = watch is null ? null : WatchReader.Read(watch);
            ResourceWriter.Write(target, ClientWalk.Collect(translation, NodeFile.Read(node), watched));
            return true;
        }
        catch (InputException fault)
        {
            Fail(fault.Message);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Fail($"can't write to {target}: {fault.Message}");
        }

        return false;
    }

    private int Fail(string message)
    {
        error.WriteLine($"controlplane: {message}");
        return ExitCodes.Failure;
    }
}
