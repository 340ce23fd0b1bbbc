namespace ControlPlane.Http2.Streams;

/// <summary>The stream of a body.</summary>
internal interface IBodyOwner
{
    /// <summary>
    /// Whether it is the only one of its connection. Its application then goes on with what has come on the thread that has read it: a hop costs
    /// more than most messages. Where there are others they must not wait for it.
    /// </summary>
    bool IsAlone { get; }

    /// <summary>So many bytes may come again.</summary>
    void OnExamined(int bytes);
}
