using ControlPlane.Translation.Features.Validation;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Gathers what is wrong with the rules of a route while they are converted.</summary>
/// <param name="id">The route.</param>
/// <param name="outcome">What comes of a reason to leave the route out.</param>
internal sealed class RouteFaults(RouteId id, string outcome = ": the whole object has no effect")
{
    private readonly List<GatewayFault> _items = [];

    /// <summary>What was found, in order.</summary>
    public IReadOnlyList<GatewayFault> Items => _items;

    /// <summary>Whether the route is left out as a whole.</summary>
    public bool Refused { get; private set; }

    /// <summary>Notes what has no effect, or fails requests; with a reason where what it refers to can't be used.</summary>
    public void Warn(string field, string message, string reason = "") => _items.Add(new GatewayFault(id.Kind, id.Key, References.IneffectiveRoute, field, message, reason));

    /// <summary>Takes over what is wrong with a part that is left out by itself.</summary>
    public void Take(RouteFaults part) => _items.AddRange(part.Items);

    /// <summary>Notes why the route is left out as a whole.</summary>
    public void Refuse(string field, string message, string reason = Reasons.InvalidConfiguration)
    {
        Refused = true;
        Warn(field, message + outcome, reason);
    }
}
