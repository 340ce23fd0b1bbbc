using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>What a reflector writes into. Calls come one after another and must return at once.</summary>
internal interface IReflectorSink
{
    /// <summary>Takes changes that belong together.</summary>
    void Apply(IReadOnlyList<ModelChange> changes);

    /// <summary>Says that everything which exists has been applied. Said after every list; the first one matters.</summary>
    void Synced();

    /// <summary>Says that the faults of the reflector or its objects have changed.</summary>
    void FaultsChanged();
}
