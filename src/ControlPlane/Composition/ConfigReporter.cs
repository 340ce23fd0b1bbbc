using System.Threading.Channels;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Sources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Composition;

/// <summary>
/// Logs what is wrong with configuration objects, each fault once, with the file and line where the source knows them. The engine only
/// hands the news over: finding a line means reading the file.
/// </summary>
internal sealed class ConfigReporter(IModelSource source, ILogger<ConfigReporter> logger) : BackgroundService
{
    private readonly Channel<News> _news = Channel.CreateUnbounded<News>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<(string Kind, ObjectKey Key), IReadOnlyCollection<Diagnostic>> _known = [];

    /// <summary>Says what is wrong with an object now; nothing, where the list is empty.</summary>
    public void Report(string kind, ObjectKey key, IReadOnlyCollection<Diagnostic> diagnostics) => _news.Writer.TryWrite(new News(kind, key, diagnostics));

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var news in _news.Reader.ReadAllAsync(stoppingToken))
                Write(news);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The normal end.
        }
    }

    private void Write(News news)
    {
        var subject = (news.Kind, news.Key);
        var before = _known.GetValueOrDefault(subject, []);
        foreach (var diagnostic in news.Diagnostics.Where(d => !before.Contains(d)))
        {
            var finding = new Finding(source.Locate(news.Kind, news.Key, diagnostic.Field), diagnostic);
            ServerLog.SourceFault(logger, diagnostic.Severity, finding.ToString());
        }

        if (news.Diagnostics.Count > 0)
            _known[subject] = news.Diagnostics;
        else if (_known.Remove(subject))
            ServerLog.ObjectMended(logger, news.Kind, news.Key);
    }

    private sealed record News(string Kind, ObjectKey Key, IReadOnlyCollection<Diagnostic> Diagnostics);
}
