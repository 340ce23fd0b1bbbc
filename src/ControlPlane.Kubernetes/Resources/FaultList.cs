using ControlPlane.Model.Collections;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;

namespace ControlPlane.Kubernetes.Resources;

/// <summary>Gathers what is wrong with one object while it is read.</summary>
internal sealed class FaultList(string kind)
{
    /// <summary>More than this many faults of one object help nobody and would only cost memory.</summary>
    private const int MaxFaults = 20;

    private readonly List<(Severity Severity, string Code, string Field, string Message)> _faults = [];

    /// <summary>The object; set as soon as its name is known.</summary>
    public ObjectKey Key { get; set; } = new("", "");

    public bool HasErrors { get; private set; }

    public void Add(string code, string field, string message, Severity severity = Severity.Error)
    {
        HasErrors |= severity == Severity.Error;
        if (_faults.Count < MaxFaults)
            _faults.Add((severity, code, field, message));
    }

    public EquatableArray<Diagnostic> ToDiagnostics() =>
        _faults.Select(f => new Diagnostic(f.Severity, f.Code, kind, Key, f.Field, f.Message)).ToEquatableArray();
}
