using ControlPlane.Model.Collections;

namespace ControlPlane.Model.Statuses;

/// <summary>What is to be told in the status of an object. Whatever else is in there is others' and stays.</summary>
public sealed record ObjectStatus
{
    /// <summary>metadata.generation of the object that this was found for.</summary>
    public long Generation { get; init; }

    /// <summary>status.conditions; empty for a kind that has none.</summary>
    public EquatableArray<ConditionFinding> Conditions { get; init; }

    /// <summary>Types of conditions that may be there from before and no longer say anything.</summary>
    public EquatableArray<string> Withdrawn { get; init; }

    /// <summary>status.addresses: IP addresses and host names; where empty, those that were told stay.</summary>
    public EquatableArray<string> Addresses { get; init; }

    /// <summary>status.listeners; null where nothing is told of them.</summary>
    public EquatableArray<ListenerFinding>? Listeners { get; init; }

    /// <summary>status.attachedListenerSets; null where nothing is told of it.</summary>
    public int? AttachedListenerSets { get; init; }

    /// <summary>Name of the list with an entry per reference, e.g. parents; "" for a kind that has none.</summary>
    public string ReferencesField { get; init; } = "";

    /// <summary>Name of the reference within such an entry, e.g. parentRef.</summary>
    public string ReferenceField { get; init; } = "";

    /// <summary>The entries; those of <see cref="Controllers"/> that are missing here are taken away.</summary>
    public EquatableArray<ReferenceFinding> References { get; init; }

    /// <summary>The controllers whose entries these are.</summary>
    public EquatableArray<string> Controllers { get; init; }
}
