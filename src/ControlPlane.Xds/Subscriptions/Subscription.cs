using System.Collections.Immutable;
using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Responses;

namespace ControlPlane.Xds.Subscriptions;

/// <summary>
/// What one stream wants of one type, and what its client has. An immutable value; every request and every response gives its
/// successor. It holds references to shared sets only, so that its size does not depend on the number of resources.
/// </summary>
public sealed record Subscription
{
    // Responses without an answer that are remembered. Envoy holds back the ACK of clusters while they warm, so more than one is usual;
    // a client that never answers must not grow the stream.
    private const int MaxUnanswered = 64;

    /// <summary>A subscription before its first request.</summary>
    public Subscription(XdsType type, XdsVariant variant)
    {
        Type = type;
        Variant = variant;
    }

    /// <summary>The type.</summary>
    public XdsType Type { get; }

    /// <summary>How the stream speaks.</summary>
    public XdsVariant Variant { get; }

    /// <summary>Whether a request of the type has come.</summary>
    public bool Requested { get; init; }

    /// <summary>Whether a request has ever named something. From then on an empty list of names means nothing, not everything (X26, X38).</summary>
    public bool HasNamed { get; init; }

    /// <summary>What the client wants.</summary>
    public Interest Interest { get; init; } = Interest.None;

    /// <summary>
    /// The part of <see cref="Interest"/> for which <see cref="Base"/> says what the client has. What is wanted but not covered has
    /// yet to be sent, even if unchanged (X28).
    /// </summary>
    public Interest Covered { get; init; } = Interest.None;

    /// <summary>The resources as of the last response; null in it for a covered name means that the client knows of its absence.</summary>
    public ResourceSet Base { get; init; } = ResourceSet.Empty;

    /// <summary>What a reconnecting client said to have, until the first response (X43, X44).</summary>
    public IReadOnlyDictionary<string, string>? Known { get; init; }

    /// <summary>
    /// Names in responses that were on their way to a delta client when it took up the wildcard. It keeps them whatever it wanted when
    /// they were sent, so the next response must tell it which of them are gone.
    /// </summary>
    public NameSet Crossed { get; init; } = NameSet.Empty;

    /// <summary>Names that the next response must answer although the client has them (X37, X41, X49).</summary>
    public NameSet Forced { get; init; } = NameSet.Empty;

    /// <summary>
    /// Names that a state of the world client left out of a request which came too late to count (X20). If it names them again it may
    /// have forgotten them in between, so they are sent again (X28).
    /// </summary>
    public NameSet LeftOut { get; init; } = NameSet.Empty;

    /// <summary>Whether the next response must hold everything that is wanted.</summary>
    public bool ForcedAll { get; init; }

    /// <summary>Whether a request waits for a response, be it an empty one.</summary>
    public bool AnswerDue { get; init; }

    /// <summary>Responses that were neither accepted nor refused yet, oldest first.</summary>
    public ImmutableArray<SentResponse> Unanswered { get; init; } = [];

    /// <summary>Number of the last response, 0 before the first.</summary>
    public long SentNonce { get; init; }

    /// <summary>Version of the last response.</summary>
    public string SentVersion { get; init; } = "";

    /// <summary>Number of the last response that the client accepted.</summary>
    public long AckedNonce { get; init; }

    /// <summary>Version of the last response that the client accepted.</summary>
    public string AckedVersion { get; init; } = "";

    /// <summary>Number of the last response that the client accepted or refused.</summary>
    public long AnsweredNonce { get; init; }

    /// <summary>
    /// Names in responses that the client refused and has not accepted since. Envoy applies the good ones among them or none, one can't
    /// know; so they are sent again together as soon as one of them changes, and not before (X46).
    /// </summary>
    public NameSet Rejected { get; init; } = NameSet.Empty;

    /// <summary>Why the client refused, until it has accepted what came in the stead (X18).</summary>
    public NackDetail? LastError { get; init; }

    /// <summary>Whether anything is wanted.</summary>
    public bool IsActive => Interest.Wildcard || Interest.Names.Count > 0;

    /// <summary>Whether a response must list everything that is wanted, since what it lacks counts as deleted (X25).</summary>
    public bool IsComplete => Variant == XdsVariant.StateOfTheWorld && Type.AllowsWildcard();

    /// <summary>Whether nothing is owed to the client as long as <see cref="Base"/> is current.</summary>
    public bool IsSettled =>
        ReferenceEquals(Covered, Interest) && Forced.Count == 0 && !ForcedAll && !AnswerDue && Known is null;

    /// <summary>The state after a response was sent.</summary>
    /// <param name="plan">The response.</param>
    /// <param name="target">The set it was planned for.</param>
    /// <param name="nonce">Its number on the stream.</param>
    public Subscription Sent(ResponsePlan plan, ResourceSet target, long nonce)
    {
        var sent = new SentResponse(nonce, plan);
        var unanswered = Unanswered.Add(sent);

        return Advance(target, sent, unanswered.Length > MaxUnanswered ? unanswered.RemoveAt(0) : unanswered);
    }

    /// <summary>The state after it was found that a set has nothing to tell the client.</summary>
    public Subscription Advance(ResourceSet target) => Advance(target, null, Unanswered);

    // With what was sent, if anything was: one copy, not two, for each response.
    private Subscription Advance(ResourceSet target, SentResponse? sent, ImmutableArray<SentResponse> unanswered) => this with
    {
        SentNonce = sent?.Nonce ?? SentNonce,
        SentVersion = sent?.Plan.Version ?? SentVersion,
        Unanswered = unanswered,
        Base = target,
        Covered = Interest,
        Crossed = NameSet.Empty,
        Forced = NameSet.Empty,
        ForcedAll = false,
        Known = null,
        AnswerDue = false,
    };

    /// <summary>The state in which names have to be answered by the next response, as far as they are wanted.</summary>
    /// <param name="names">The names.</param>
    /// <param name="sets">Where equal name sets become one.</param>
    public Subscription Force(NameSet names, NameSets sets) => this with { Forced = sets.Union(Forced, names) };

    /// <summary>The state after the client has accepted the response of that index in <see cref="Unanswered"/>.</summary>
    internal Subscription Accept(int index, NameSets sets)
    {
        var sent = Unanswered[index];
        var rejected = Rejected.Count == 0 ? Rejected : sets.Except(Rejected, sets.Intern(sent.Plan.Names));
        return this with
        {
            Unanswered = Behind(index),
            AckedNonce = sent.Nonce,
            AckedVersion = sent.Plan.Version,
            AnsweredNonce = sent.Nonce,
            Rejected = rejected,
            LastError = rejected.Count == 0 ? null : LastError,
        };
    }

    /// <summary>The state after the client has refused the response of that index in <see cref="Unanswered"/>.</summary>
    internal Subscription Refuse(int index, NackDetail error, NameSets sets)
    {
        var sent = Unanswered[index];
        var rejected = sets.Union(Rejected, sets.Intern(sent.Plan.Names));
        return this with
        {
            Unanswered = Behind(index),
            AnsweredNonce = sent.Nonce,
            Rejected = Interest.Wildcard ? rejected : sets.Intersect(rejected, Interest.Names),
            LastError = error,
        };
    }

    /// <summary>The index in <see cref="Unanswered"/> of the response with that number, or -1.</summary>
    internal int IndexOf(long nonce)
    {
        for (var i = 0; i < Unanswered.Length; i++)
        {
            if (Unanswered[i].Nonce == nonce)
                return i;
        }

        return -1;
    }

    /// <summary>The state with another interest. What the client has of it stays known; what it no longer wants is forgotten.</summary>
    internal Subscription Want(Interest interest, NameSets sets)
    {
        if (!interest.Wildcard && interest.Names.Count == 0)
        {
            return this with
            {
                Interest = Interest.None,
                Covered = Interest.None,
                Base = ResourceSet.Empty,
                Crossed = NameSet.Empty,
                Forced = NameSet.Empty,
                ForcedAll = false,
                LeftOut = NameSet.Empty,
                AnswerDue = false,
                Known = null,
                Rejected = NameSet.Empty,
                LastError = null,
            };
        }

        if (interest == Interest)
            return this;
        var covered = Common(Covered, interest, sets);
        return this with
        {
            Interest = interest,
            Covered = covered == interest ? interest : covered,
            Rejected = interest.Wildcard ? Rejected : sets.Intersect(Rejected, interest.Names),
        };
    }

    /// <summary>The state after it turned out that the client may have forgotten some of the names that it wants.</summary>
    internal Subscription Forget(NameSet names, NameSets sets) => Covered.Wildcard || sets.Intersect(Covered.Names, names).Count == 0
        ? this
        : this with { Covered = sets.Interest(false, sets.Except(Covered.Names, names)), AnswerDue = true };

    private ImmutableArray<SentResponse> Behind(int index) => index + 1 == Unanswered.Length ? [] : Unanswered.RemoveRange(0, index + 1);

    // What of a new interest the client has already.
    private static Interest Common(Interest covered, Interest interest, NameSets sets)
    {
        if (covered.Wildcard)
            return interest;
        var names = interest.Wildcard ? covered.Names : sets.Intersect(covered.Names, interest.Names);
        return names.Count == 0 ? Interest.None : sets.Interest(false, names);
    }
}
