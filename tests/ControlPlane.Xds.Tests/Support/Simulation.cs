using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Responses;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>
/// A model client and a conversation with a slow line between them: requests and responses wait in queues until the test lets the next
/// one through. The server takes up a new configuration only when it has said all it has to say of the one before.
/// </summary>
public sealed class Simulation(XdsVariant variant)
{
    private readonly ConversationContext _context = new();
    private readonly Queue<(XdsType Type, SubscriptionRequest Request)> _requests = [];
    private readonly Queue<ReceivedResponse> _responses = [];
    private Conversation? _server;
    private EncodedConfig? _held;
    private int _streams;

    public ModelClient Client { get; } = new(variant);

    public ConfigBuilder World { get; } = new();

    public Conversation Server => _server ?? throw new InvalidOperationException("not connected");

    public int Requests => _requests.Count;

    public int Responses => _responses.Count;

    /// <summary>What went over the line, for the message of a failed test.</summary>
    public Queue<string> Log { get; } = [];

    /// <summary>Called with a response before the client takes it.</summary>
    public Action<ReceivedResponse, bool>? OnReceive { get; set; }

    /// <summary>Sends the client's answer to a response, if it is not to be sent at once.</summary>
    public Action<ReceivedResponse, SubscriptionRequest>? Answer { get; set; }

    public void Connect()
    {
        _requests.Clear();
        _responses.Clear();
        Client.Disconnect();
        _server = new Conversation(Client.Variant, _context, "s" + ++_streams);
        _held = World.Current;
    }

    public void Send(XdsType type, SubscriptionRequest request)
    {
        Note($"{type} client sends {Describe(request)}");
        _requests.Enqueue((type, request));
    }

    /// <summary>Lets one request through.</summary>
    public void DeliverRequest()
    {
        if (_requests.TryDequeue(out var next))
            Note($"{next.Type} server takes {Describe(next.Request)}: {Server.Receive(next.Type, next.Request)}");
    }

    /// <summary>Lets the server say one thing.</summary>
    public bool Speak()
    {
        var response = Server.Next(_held!);
        if (response is not null)
        {
            var received = ReceivedResponse.From(response);
            Note($"{response.Type} server says {Describe(received)}");
            _responses.Enqueue(received);
            return true;
        }

        if (ReferenceEquals(_held, World.Current))
            return false;
        _held = World.Current;
        return true;
    }

    /// <summary>Lets one response through; the answer goes into the queue of requests.</summary>
    public void DeliverResponse(bool accept = true)
    {
        if (!_responses.TryDequeue(out var response))
            return;
        Note($"{response.Type} client {(accept ? "takes" : "refuses")} {response.Nonce}");
        OnReceive?.Invoke(response, accept);
        var answer = Client.Receive(response, accept);
        if (Answer is { } sendAnswer)
            sendAnswer(response, answer);
        else
            Send(response.Type, answer);
        Received?.Invoke(response, accept);
    }

    /// <summary>Called after the client has taken a response.</summary>
    public Action<ReceivedResponse, bool>? Received { get; set; }

    /// <summary>Lets everything through until nobody has anything to say; the client accepts everything.</summary>
    public void Settle()
    {
        for (var i = 0; i < 10_000; i++)
        {
            while (Requests > 0)
                DeliverRequest();
            if (Speak())
                continue;
            if (Responses == 0)
                return;
            DeliverResponse();
        }

        Assert.Fail("the conversation does not come to an end");
    }

    private void Note(string line)
    {
        Log.Enqueue(line);
        if (Log.Count > 400)
            Log.Dequeue();
    }

    /// <summary>The part of the log that is about a type.</summary>
    public string LogOf(XdsType type) =>
        string.Join('\n', Log.Where(l => l.StartsWith(type.ToString(), StringComparison.Ordinal)).TakeLast(40));

    private static string Describe(ReceivedResponse response) =>
        $"{response.Nonce} [{string.Join(' ', response.Resources.Select(r => r.Name + "=" + r.Content.Content))}] -[{string.Join(' ', response.Removed)}]";

    private static string Describe(SubscriptionRequest request) => request switch
    {
        SotwRequest sotw => $"[{string.Join(' ', sotw.Names)}]",
        DeltaRequest delta => $"+[{string.Join(' ', delta.Subscribe)}] -[{string.Join(' ', delta.Unsubscribe)}] has [{string.Join(' ', delta.InitialVersions)}]",
        _ => request.ToString(),
    } + $" nonce {request.Nonce}{(request.Error is null ? "" : " NACK")}";
}
