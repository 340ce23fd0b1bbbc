using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;

namespace ControlPlane.Translation.Features.Validation;

/// <summary>
/// Gathers what in one sound object leads nowhere, as other objects are now. These are warnings: the object is in force, and the other may
/// come later.
/// </summary>
public sealed class References(string kind, ObjectKey key)
{
    /// <summary>A VirtualService's destination is a host that no service has.</summary>
    public const string UnknownHost = "CP0121";

    /// <summary>A VirtualService's destination names a subset that no DestinationRule for its host has.</summary>
    public const string UnknownSubset = "CP0122";

    /// <summary>A VirtualService names a Gateway that does not exist or is refused.</summary>
    public const string UnknownGateway = "CP0123";

    /// <summary>A VirtualService leaves a route to another one that does not exist, or may not take it.</summary>
    public const string UnknownDelegate = "CP0124";

    /// <summary>A DestinationRule is for a host that no service has.</summary>
    public const string HostWithoutService = "CP0125";

    /// <summary>A Gateway names a Secret that does not exist where its pods are, or holds no certificate.</summary>
    public const string UnknownSecret = "CP0126";

    /// <summary>A Gateway selects no pod.</summary>
    public const string GatewayWithoutPod = "CP0127";

    /// <summary>The workload selector of a ServiceEntry, Sidecar, PeerAuthentication or AuthorizationPolicy matches nothing in its namespace.</summary>
    public const string NothingSelected = "CP0128";

    /// <summary>A server of a Gateway is left out, as it conflicts with an earlier one that the same pods serve.</summary>
    public const string ServerConflict = "CP0129";

    /// <summary>A VirtualService routes, for clients of other namespaces too, a host whose service is another namespace's.</summary>
    public const string ForeignHost = "CP0130";

    /// <summary>A listener of a Gateway of the Gateway API, or of a ListenerSet, is left out or served otherwise than written.</summary>
    public const string IneffectiveListener = "CP0131";

    /// <summary>A route of the Gateway API is not taken by a parent that it names.</summary>
    public const string RefusedParent = "CP0132";

    /// <summary>A route of the Gateway API has no effect, or names a backend that can't be used.</summary>
    public const string IneffectiveRoute = "CP0133";

    /// <summary>A BackendTLSPolicy has no effect on a target, or blocks it.</summary>
    public const string IneffectivePolicy = "CP0134";

    private readonly List<Diagnostic> _items = [];

    /// <summary>What was found, in order.</summary>
    public IReadOnlyList<Diagnostic> Items => _items;

    /// <summary>Notes a reference that leads nowhere.</summary>
    /// <param name="code">One of the codes here.</param>
    /// <param name="field">Path of the field.</param>
    /// <param name="message">What is missing and what comes of it.</param>
    public void Warn(string code, string field, string message) => Add(Severity.Warning, code, field, message);

    /// <summary>Notes what is allowed and may surprise others.</summary>
    /// <param name="code">One of the codes here.</param>
    /// <param name="field">Path of the field.</param>
    /// <param name="message">What it does to whom.</param>
    public void Tell(string code, string field, string message) => Add(Severity.Info, code, field, message);

    private void Add(Severity severity, string code, string field, string message) => _items.Add(new Diagnostic(severity, code, kind, key, field, message));
}
