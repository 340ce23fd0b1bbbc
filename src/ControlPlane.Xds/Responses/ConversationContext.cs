using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Responses;

/// <summary>What all streams of a server share, so that what is true for many is computed once.</summary>
public sealed class ConversationContext
{
    /// <summary>Name sets.</summary>
    public NameSets Names { get; } = new();

    /// <summary>Plans.</summary>
    public ResponsePlanner Planner { get; } = new();

    /// <summary>Sets on the way from one configuration to the next.</summary>
    public InterimTargets Interim { get; } = new();
}
