namespace ControlPlane.Http2.Hpack;

/// <summary>Takes the fields of a header block, in their order.</summary>
internal interface IHeaderSink
{
    /// <summary>One field. Names are as on the wire, pseudo header fields with their colon.</summary>
    /// <returns>False when no more fields are wanted: the rest of the block is decoded for the sake of the dynamic table alone, its values are not made.</returns>
    bool OnField(string name, string value);
}
